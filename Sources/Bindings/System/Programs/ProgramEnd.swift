/// The end of a program.
package enum ProgramEnd: Sendable, Equatable {
    case exited(Int32)
    case killed(by: Int32)
    /// Its keeper was killed, and has taken it along: there is no status.
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
