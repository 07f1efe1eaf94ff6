import Router
import System

extension ACPProcesses {
    /// The processes of one agent, as a value: which there are, whose they are, which of them a turn gets, and which end
    /// when. `ACPProcesses` does what it decides.
    struct StateMachine {
        private enum State: Equatable {
            /// About to run. Can transition to: used.
            case starting
            /// In the hands of a turn, or of a probe. Can transition to: kept, ending.
            case used
            /// Waits since then for the conversation's next turn. Can transition to: used, ending.
            case kept(epoch: Int64, since: MonotonicTime)
            /// Being stopped: counts until nothing of it is left.
            case ending
        }

        private struct Process {
            /// nil for that of a probe.
            let session: SessionKey?
            var state = State.starting
        }

        /// A thing to do before a turn has its process.
        enum Step: Equatable {
            /// This one is the turn's, if it suits; else it is to be ended, and `take` called again.
            case use(Int)
            /// This one has to end first. It is to be stopped, and `take` called again when nothing of it is left.
            case end(Int)
            /// The same, and it is being stopped already.
            case wait(Int)
            /// A new one is to be started, under this number.
            case start(Int)
            /// The agent is closed: no program is started any more.
            case refuse
        }

        let idle: Duration
        let bound: Int
        private var processes: [Int: Process] = [:]
        private var lastID = 0
        private var isClosed = false
        private var isRetired = false

        init(idle: Duration, bound: Int) {
            self.idle = idle
            self.bound = bound
        }

        /// A turn wants a process: the one that its conversation has kept, unless that is of an earlier epoch.
        mutating func take(for session: SessionKey, epoch: Int64) -> Step {
            if isClosed { return .refuse }
            if let (id, kept) = kept(for: session) {
                if kept == epoch {
                    processes[id]?.state = .used
                    return .use(id)
                }
                processes[id]?.state = .ending
                return .end(id)
            }
            // Two at once would be at work in one directory.
            if let id = ending(of: session) { return .wait(id) }
            if processes.count >= bound, let oldest = longestKept?.id {
                processes[oldest]?.state = .ending
                return .end(oldest)
            }
            return start(for: session)
        }

        /// A new process is wanted, whatever there is.
        mutating func start(for session: SessionKey? = nil) -> Step {
            if isClosed { return .refuse }
            lastID += 1
            processes[lastID] = Process(session: session)
            return .start(lastID)
        }

        /// It runs; whether it may. One that may not is to be killed.
        mutating func started(_ id: Int) -> Bool {
            if isClosed { processes[id] = nil } else { processes[id]?.state = .used }
            return !isClosed
        }

        /// A turn is done with it. Returns those that are to be stopped: it may be one.
        mutating func giveBack(_ id: Int, epoch: Int64, isFit: Bool, at now: MonotonicTime) -> [Int] {
            guard let process = processes[id], let session = process.session else { return [] }
            guard !isClosed, !isRetired, running <= bound, isFit else { return end(id) }
            let earlier = kept(for: session).map { end($0.id) } ?? []
            processes[id]?.state = .kept(epoch: epoch, since: now)
            return earlier
        }

        /// It is of no use any more. Returns those that are to be stopped: none where it is being stopped.
        mutating func end(_ id: Int) -> [Int] {
            guard let process = processes[id], process.state != .ending else { return [] }
            processes[id]?.state = .ending
            return [id]
        }

        /// It is being stopped, and counts until nothing of it is left.
        func isEnding(_ id: Int) -> Bool { processes[id]?.state == .ending }

        /// Notes that it has ended, or could not be started.
        mutating func gone(_ id: Int) { processes[id] = nil }

        /// The moment at which the next one will have been kept for too long; nil where none is kept.
        var nextExpiry: MonotonicTime? { longestKept?.since.advanced(by: idle) }

        /// Returns those that have been kept for too long, which are to be stopped.
        mutating func expire(at now: MonotonicTime) -> [Int] {
            var expired: [Int] = []
            while let oldest = longestKept, oldest.since.advanced(by: idle) <= now { expired += end(oldest.id) }
            return expired
        }

        /// Keeps none from now on: turns still get their program, and it ends with them. Returns those that are kept, which
        /// are to be stopped.
        mutating func retire() -> [Int] {
            isRetired = true
            var kept: [Int] = []
            while let oldest = longestKept { kept += end(oldest.id) }
            return kept
        }

        /// True if nothing runs, and nothing is about to.
        var isEmpty: Bool { processes.isEmpty }

        /// Starts none any more. Returns those that run, which are to be stopped.
        mutating func close() -> [Int] {
            isClosed = true
            let all = processes.filter { $0.value.state != .starting }.keys.sorted()
            for id in all { processes[id]?.state = .ending }
            return all
        }

        private var running: Int { processes.values.count { $0.state != .starting } }

        private var longestKept: (id: Int, since: MonotonicTime)? {
            processes.compactMap { id, process -> (id: Int, since: MonotonicTime)? in
                if case .kept(_, let since) = process.state { (id, since) } else { nil }
            }.min { ($0.since, $0.id) < ($1.since, $1.id) }
        }

        private func kept(for session: SessionKey) -> (id: Int, epoch: Int64)? {
            for (id, process) in processes where process.session == session {
                if case .kept(let epoch, _) = process.state { return (id, epoch) }
            }
            return nil
        }

        private func ending(of session: SessionKey) -> Int? {
            processes.first { $0.value.session == session && $0.value.state == .ending }?.key
        }
    }
}
