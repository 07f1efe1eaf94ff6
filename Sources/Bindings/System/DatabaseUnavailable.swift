/// The reason why what was handed to a database was not even queued.
package enum DatabaseUnavailable: Error, Equatable, Sendable {
    /// Too many wait already: try again later.
    case full
    /// The program is stopping.
    case closed
}

extension DatabaseUnavailable: CustomStringConvertible {
    package var description: String {
        switch self {
        case .full: "the database is behind and takes nothing more for the moment: try again later"
        case .closed: "the database is closed"
        }
    }
}
