import Lifecycle
import System
import WeCom

/// All that people saw, in the order in which they did, to read and to wait for. The newest 20,000 are kept.
package final class Sightings: Sendable {
    private struct State {
        var kept = Kept<Sighting>(limit: 20_000)
        var change = Signpost()
    }

    private let state = Lock(State())
    private let wecom: FakeWeCom
    private let names: PartyNames
    /// The number of things that had happened before.
    private let past: Int

    /// Notes what happens from now on between a simulated WeCom and these apps and bots: what bots do at once, what apps do
    /// while `follow` runs.
    package init(of wecom: FakeWeCom, _ parties: [Party]) {
        self.wecom = wecom
        names = PartyNames(parties)
        past = wecom.transcript.happeningCount
        watchBots()
    }

    private func watchBots() {
        wecom.transcript.watchBubbles { [weak self] bubble, isLast in
            guard let self, let name = names.bots[bubble.bot] else { return }
            add(Sighting(bubble, isLast: isLast, by: name, at: wecom.clock.wall))
        }
        let connections = Lock(Connections())
        wecom.sockets.record.watch { [weak self] event in
            guard let self, let (bot, isThere) = connections.withLock({ $0.change(event) }),
                let name = names.bots[bot]
            else { return }
            add(Sighting(isThere ? .connected : .disconnected, of: name, with: nil, at: wecom.clock.wall))
        }
    }

    /// Follows what apps do, until the task is cancelled.
    package func follow() async {
        var position = past
        while !Task.isCancelled {
            let (happenings, next) = await wecom.transcript.happenings(from: position)
            for happening in happenings {
                guard let name = names.apps[happening.message.app] else { continue }
                for sighting in Sighting.of(happening, by: name, at: wecom.clock.wall) { add(sighting) }
            }
            position = next
        }
    }

    /// The number of the last one.
    package var position: Int { state.withLock { $0.kept.count } }

    /// Those behind a position, and what is reached when there are more.
    func after(_ position: Int) -> (sightings: ArraySlice<Sighting>, more: Signpost) {
        state.withLock { ($0.kept.from(position), $0.change) }
    }

    func add(_ sighting: Sighting) {
        let change = state.withLock { state in
            var sighting = sighting
            sighting.position = state.kept.count + 1
            state.kept.append(sighting)
            defer { state.change = Signpost() }
            return state.change
        }
        change.reach()
    }
}

/// The names of apps and bots by their identities.
private struct PartyNames: Sendable {
    private(set) var apps: [FakeApp.Identity: String] = [:]
    private(set) var bots: [BotID: String] = [:]

    init(_ parties: [Party]) {
        for party in parties {
            if let app = party.app { apps[app.identity] = party.name }
            if let bot = party.bot { bots[bot] = party.name }
        }
    }
}
