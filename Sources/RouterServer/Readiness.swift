import JSON
import Lanes
import Observability
import Router
import System

/// True if the server should be sent callbacks, and if not, why.
package final class Readiness: Sendable {
    private enum Phase { case starting, serving, draining }

    private struct State {
        var phase = Phase.starting
        var damage: [String] = []
        var isChecked = false
        /// The reason why messages are not accepted, as the log was last told.
        var told: [String] = []
        var rehearsedAt: MonotonicTime?
        var inspectedAt: MonotonicTime?
        /// The store's warnings, as the log was last told.
        var warnedOf: [String] = []
    }

    private let state = Lock(State())
    private let store: any StoreCondition
    private let clock: ClockWatch
    private let deafBots: @Sendable () -> DeafBots
    private let log: Logger

    /// The interval at which a failure is looked after.
    private static let interval = Duration.seconds(1)
    /// The interval at which it is tried whether messages can be accepted while nothing says that they cannot, and at which it is looked
    /// how the store is kept.
    private static let calm = Duration.seconds(60)

    init(
        store: any StoreCondition, clock: ClockWatch, log: Logger, deafBots: @escaping @Sendable () -> DeafBots
    ) {
        self.store = store
        self.clock = clock
        self.deafBots = deafBots
        self.log = log
    }

    /// The two kinds of what is wrong, each in words for people.
    struct Complaints {
        /// Everything that stands against it; empty when ready.
        let reasons: [String]
        /// Whatever fails while the rest works: no reason to take the rest away from those whom it serves.
        let degraded: [String]
    }

    /// Everything that stands against it; empty when ready.
    package var reasons: [String] { complaints.reasons }

    var complaints: Complaints {
        let deaf = deafBots()
        let reasons = ownReasons + store.complaints + [clock.complaint].compactMap(\.self)
        return deaf.areAll
            ? Complaints(reasons: reasons + deaf.lines, degraded: store.warnings)
            : Complaints(reasons: reasons, degraded: deaf.lines + store.warnings)
    }

    private var ownReasons: [String] {
        state.withLock { state in
            switch state.phase {
            case .starting: ["starting"] + state.damage
            case .serving: state.damage
            case .draining: ["draining"] + state.damage
            }
        }
    }

    /// From now on callbacks are welcome.
    func hasStarted() {
        state.withLock { state in
            if state.phase == .starting { state.phase = .serving }
        }
    }

    func drain() { state.withLock { $0.phase = .draining } }

    // MARK: Looking after it

    /// Tries once a second what fails, so that it is known when it works again although nobody is sent here; until the task is
    /// cancelled, and the store closed.
    func watch() async {
        await withDiscardingTaskGroup { group in
            repeat {
                // Meanwhile, once it is open: of a large file it takes a while.
                if isToBeChecked() { group.addTask { await self.checkStore() } }
                await rehearseIfDue()
                await inspectIfDue()
                tellOfChange()
                await clock.look()
            } while (try? await Task.sleep(for: Readiness.interval)) != nil
        }
    }

    private func rehearseIfDue(at now: MonotonicTime = .now) async {
        let isDue = state.withLock { state in
            state.rehearsedAt.map { now.since($0) >= Readiness.calm } ?? true
        }
        guard isDue || store.awaitsRehearsal else { return }
        state.withLock { $0.rehearsedAt = now }
        await store.rehearse()
    }

    private func inspectIfDue(at now: MonotonicTime = .now) async {
        let isDue = state.withLock { state in
            state.inspectedAt.map { now.since($0) >= Readiness.calm } ?? true
        }
        guard isDue, store.isOpen else { return }
        state.withLock { $0.inspectedAt = now }
        await store.inspect()
        let warnings = store.warnings
        let new = state.withLock { state in
            defer { state.warnedOf = warnings }
            return warnings.filter { !state.warnedOf.contains($0) }
        }
        for warning in new {
            log.warning("something about the database or its nodes is not as it should be", [.reason: .string(warning)])
        }
    }

    private func tellOfChange() {
        let complaints = store.complaints
        let told = state.withLock { state in
            defer { state.told = complaints }
            return state.told
        }
        if told.isEmpty, !complaints.isEmpty {
            log.error("messages are not accepted", [.reason: .string(complaints.joined(separator: "; "))])
        } else if !told.isEmpty, complaints.isEmpty {
            log.info("messages are accepted again")
        }
    }

    // MARK: The whole file

    /// True once.
    private func isToBeChecked() -> Bool {
        guard store.isOpen else { return false }
        return state.withLock { state in
            defer { state.isChecked = true }
            return !state.isChecked
        }
    }

    private func checkStore() async {
        do {
            let problems = try await store.findDamage()
            guard !problems.isEmpty else { return }
            state.withLock { $0.damage = ["the store is damaged"] }
            log.error(
                "the store is damaged; restore it from a copy", [.error: .string(problems.joined(separator: "; "))])
        } catch {
            log.debug("the store was not checked: \(error)")
        }
    }
}
