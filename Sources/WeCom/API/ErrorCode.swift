/// An `errcode` of WeCom's API, and what its kind asks of us.
package struct ErrorCode: Sendable, Hashable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package var description: String { String(number) }

    package static let systemBusy = ErrorCode(-1)
    package static let invalidToken = ErrorCode(40014)

    package enum Handling: Sendable, Equatable {
        /// Drop the token, fetch one, repeat the call: once.
        case refreshToken
        /// Nothing was done; the same call may work later.
        case retry
        /// Nothing was done: the app called too often, and every call of its makes that worse.
        case slowDown
        /// Nothing was done, and nothing will be until a person has changed something in the console or in our
        /// configuration; then the same call works.
        case awaitOperator
        /// The same call will fail the same way.
        case giveUp
    }

    /// What to do with a call other than `gettoken` that got this answer.
    package var handling: Handling {
        switch number {
        case 40001, 40014, 41001, 42001: .refreshToken
        case -1, 6000, 81026: .retry
        case 45009, 45033: .slowDown
        case 40013, 40056, 40091, 48002, 50003, 60020, 60031, 301002, 301042: .awaitOperator
        default: .giveUp
        }
    }
}
