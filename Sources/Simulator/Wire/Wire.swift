import Crypto
import System
package import WeCom

/// The newest of what went over the simulated WeCom's wire, sealed and opened. It keeps nothing until somebody watches.
package final class Wire: Sendable {
    private struct State {
        var entries = Kept<WireEntry>(limit: 1000)
        var lastID = 0
        var bots: [FakeBot] = []
        var watch: (@Sendable (WireEntry) -> Void)?
        /// The number of times that the same document was posted, by its digest and whom it went to.
        var tries: [[UInt8]: Int] = [:]

        static let mostTries = 4096
    }

    let apps: Lock<[FakeApp]>
    let clock: SimulatedClock
    private let state = Lock(State())

    init(apps: Lock<[FakeApp]>, clock: SimulatedClock) {
        self.apps = apps
        self.clock = clock
    }

    /// Begins to keep what goes over the wire. `watch` is called for each exchange when it begins and when it is over. What
    /// these bots are posted is opened.
    package func watch(bots: [FakeBot], _ watch: @escaping @Sendable (WireEntry) -> Void) {
        state.withLock { ($0.bots, $0.watch) = (bots, watch) }
    }

    /// Forgets what was kept.
    package func clear() { state.withLock { $0.entries = Kept(limit: $0.entries.limit) } }

    package var entries: [WireEntry] { state.withLock { $0.entries.elements } }

    package func entry(_ id: Int) -> WireEntry? { state.withLock { $0.entries.elements.last { $0.id == id } } }

    var isWatched: Bool { state.withLock { $0.watch != nil } }
    var bots: [FakeBot] { state.withLock { $0.bots } }

    // MARK: Writing

    /// Keeps an exchange and returns the id by which it is changed; nil where nobody watches. One that carries on with a stream
    /// takes the place of the one before.
    func begin(_ entry: WireEntry, followingStream stream: String? = nil) -> Int? {
        var entry = entry
        let watch = state.withLock { state -> (@Sendable (WireEntry) -> Void)? in
            guard let watch = state.watch else { return nil }
            if let stream, let last = state.entries.elements.last(where: { $0.follows(stream, as: entry) }) {
                (entry.id, entry.polls) = (last.id, last.polls + 1)
                state.entries.changeLast(where: { $0.id == last.id }) { $0 = entry }
                return watch
            }
            state.lastID += 1
            entry.id = state.lastID
            if stream != nil { entry.polls = 1 }
            state.entries.append(entry)
            return watch
        }
        guard let watch else { return nil }
        watch(entry)
        return entry.id
    }

    /// Changes an exchange that is kept still.
    func change(_ id: Int?, _ change: (inout WireEntry) -> Void) {
        guard let id else { return }
        let (changed, watch) = state.withLock { state -> (WireEntry?, (@Sendable (WireEntry) -> Void)?) in
            var changed: WireEntry?
            state.entries.changeLast(where: { $0.id == id }) { entry in
                change(&entry)
                changed = entry
            }
            return (changed, state.watch)
        }
        if let changed { watch?(changed) }
    }

    /// Notes something about the newest callback that has this link and comes from this person.
    func note(onCallback link: String, from user: UserID?, _ note: (inout WireEntry) -> Void) {
        let id = state.withLock { state in
            state.entries.elements.last { entry in
                entry.direction == .callback && entry.links.contains(link)
                    && (user.map { entry.users.contains($0) } ?? true)
            }?.id
        }
        change(id, note)
    }

    /// Notes that the card of this task has not changed though this person pressed a button of it.
    package func noteMissingUpdate(ofTask task: String, pressedBy user: UserID) {
        note(onCallback: Wire.link(ofTask: task), from: user) { $0.silences = [.noUpdate] }
    }

    /// Notes that WeCom posts this message no more, and nobody has taken it.
    func noteGivingUp(_ message: InboundMessage) {
        guard let id = message.messageID else { return }
        note(onCallback: id, from: message.from) { $0.isGivenUp = true }
    }

    /// The link by which the presses of a card's buttons are found.
    static func link(ofTask task: String) -> String { "task:\(task)" }

    /// Counts the tries of a document: a repeat is the same to the byte before it is sealed.
    func countTry(of document: [UInt8], to subject: WireEntry.Subject) -> Int {
        var digest = Digest(.sha256)
        digest.update(document)
        digest.update(Array("\(subject)".utf8))
        let key = digest.finish()
        return state.withLock { state in
            if state.tries.count >= State.mostTries { state.tries = [:] }
            state.tries[key, default: 0] += 1
            return state.tries[key, default: 1]
        }
    }
}

extension WireEntry {
    fileprivate func follows(_ stream: String, as entry: WireEntry) -> Bool {
        polls > 0 && direction == entry.direction && name == entry.name && subject == entry.subject
            && links.contains(stream)
    }
}
