/// The state of a job, and what may follow.
package enum JobState: String, Sendable, CaseIterable {
    /// Waits for a worker. Can transition to: running, cancelled.
    case ready
    /// A worker holds its lease. Can transition to: done, failed, cancelled, waiting, ready (interrupted, lease lost).
    case running
    /// Waits for its next try. Can transition to: ready, cancelled, failed.
    case waiting
    case done, failed, cancelled

    package var isTerminal: Bool { self == .done || self == .failed || self == .cancelled }

    package func mayBecome(_ next: JobState) -> Bool {
        switch self {
        case .ready: next == .running || next == .cancelled
        case .running: next != .running
        case .waiting: next == .ready || next == .cancelled || next == .failed
        case .done, .failed, .cancelled: false
        }
    }
}
