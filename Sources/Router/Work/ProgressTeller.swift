import JSON
package import Lifecycle
package import Observability
import System

/// Lets the other processes that share a store see how far the turns here have come: what has changed, once a second, and only while
/// there is another.
package struct ProgressTeller: Service {
    package let name = "progress teller"
    private let store: any ProgressStore
    private let nodes: any NodeStore
    private let turns: RunningTurns
    private let shown: @Sendable (RunningTurn) -> String?
    private let log: Logger

    private struct Told {
        let revision: Int
        let progress: ToldProgress
    }

    private static let interval = Duration.seconds(1)
    /// The time between two looks for other processes.
    private static let company = Duration.seconds(5)

    /// `shown` finds what people see of a turn while it runs; nil where that is nothing.
    package init(
        store: any ProgressStore, nodes: any NodeStore, turns: RunningTurns, log: Logger,
        shown: @escaping @Sendable (RunningTurn) -> String?
    ) {
        self.store = store
        self.nodes = nodes
        self.turns = turns
        self.shown = shown
        self.log = log
    }

    private var clock: any WorkClock { turns.clock }

    package func run(_ life: ServiceLife) async {
        life.hasStarted()
        await firstOf(life.untilToldToStop) { await self.tellAll() }
    }

    private func tellAll() async {
        var told: [Lease: Told] = [:]
        var (isAlone, lookedAt) = (true, MonotonicTime?.none)
        while (try? await clock.sleep(for: Self.interval)) != nil {
            let running = turns.all.filter { clock.now < $0.fence }
            guard !running.isEmpty || !told.isEmpty else { continue }
            if lookedAt.map({ clock.now.since($0) >= Self.company }) ?? true {
                isAlone = await countOthers() == 0
                lookedAt = clock.now
            }
            if !isAlone { await tell(running, &told) }
        }
    }

    private func countOthers() async -> Int {
        let now = clock.timestamp
        return ((try? await nodes.nodes()) ?? []).count { $0.isAlive(at: now) } - 1
    }

    private func tell(_ running: [RunningTurn], _ told: inout [Lease: Told]) async {
        var now: [Lease: Told] = [:]
        for turn in running { now[turn.job.lease] = progress(of: turn, told[turn.job.lease]) }
        let new = now.filter { $0.value.progress != told[$0.key]?.progress ?? ToldProgress(line: nil, shown: nil) }
        let gone = told.filter { now[$0.key] == nil && !$0.value.progress.isEmpty }
        do {
            if !new.isEmpty { try await store.tell(new.mapValues(\.progress), at: clock.timestamp) }
            if !gone.isEmpty { try await store.forgetProgress(of: Array(gone.keys)) }
            told = now
        } catch {
            log.debug("how far turns have come could not be told", [.error: .string("\(error)")])
        }
    }

    private func progress(of turn: RunningTurn, _ before: Told?) -> Told {
        let snapshot = turn.feed.snapshot
        if let before, before.revision == snapshot.revision { return before }
        let text = shown(turn)
        return Told(
            revision: snapshot.revision,
            progress: ToldProgress(line: snapshot.progress, shown: text?.isEmpty == true ? nil : text))
    }
}
