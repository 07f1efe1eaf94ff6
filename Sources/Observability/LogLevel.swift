package enum LogLevel: String, Sendable, Comparable, CaseIterable {
    case debug, info, warning, error

    package static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }

    /// The place among all cases.
    var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}
