/// The end of a program.
package enum ProgramEnd: Sendable, Equatable {
    case exited(Int32)
    case killed(by: Int32)
    /// Nobody saw it: what looks after it was killed itself, and has taken it along.
    case lost
}

extension ProgramEnd {
    /// Reads what `waitpid` says.
    init(waitStatus status: Int32) {
        self = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(by: status & 0x7F)
    }
}

extension ProgramEnd: CustomStringConvertible {
    package var description: String {
        switch self {
        case .exited(let status): "exit status \(status)"
        case .killed(let signal): "signal \(signal)"
        case .lost: "lost"
        }
    }
}
