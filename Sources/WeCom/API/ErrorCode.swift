/// An `errcode` of WeCom's API, and what its kind asks of us.
package struct ErrorCode: Sendable, Hashable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }
    package var description: String { String(number) }

    /// The kind of a refusal, by what it concerns.
    package enum Kind: String, Sendable, CaseIterable {
        /// The token is no good any more.
        case token
        /// WeCom's own, for a moment.
        case retry
        /// Too much at once, or too often.
        case rate
        /// Somebody or something that the message was for.
        case recipient
        /// The setup, in the console or in our configuration.
        case config
        /// The message that was sent.
        case payload
        /// A refusal that stays, whatever is done.
        case permanent
    }

    package enum Handling: Sendable, Equatable {
        /// Drop the token, fetch one, repeat the call: once.
        case refreshToken
        /// The call did nothing; the same may work later.
        case retry
        /// The call did nothing: the app called too often, and every call of its makes that worse.
        case slowDown
        /// The call did nothing, and will not until a person has changed something in the console or in our
        /// configuration; then the same call works.
        case awaitOperator
        /// Those whom the call named cannot be reached; others can.
        case dropRecipient
        /// The same call will fail the same way.
        case giveUp
    }
}

extension ErrorCode {
    private static let rows = Dictionary(uniqueKeysWithValues: table.map { ($0.number, $0) })

    /// Nil for a code that nobody told us of.
    package var kind: Kind? { ErrorCode.rows[number]?.kind }

    /// In words, for people.
    package var meaning: String { ErrorCode.rows[number]?.meaning ?? "a code that is not on our list" }

    /// The remedy, as an order.
    package var remedy: String {
        ErrorCode.rows[number]?.remedy ?? "look the code up in WeCom's list of global error codes"
    }

    /// Decides what is done with a call other than `gettoken` that got this answer.
    package var handling: Handling {
        switch kind {
        case .token: .refreshToken
        case .retry: .retry
        case .rate: .slowDown
        case .recipient: .dropRecipient
        case .config: ErrorCode.boundToRequest.contains(number) ? .giveUp : .awaitOperator
        case .payload, .permanent, nil: .giveUp
        }
    }

    /// True if the call is worth repeating with a fresh token. After the secret was reset, tokens of the old one get
    /// 40001; if it is ours that is wrong, the fetch will say so.
    package var doubtsToken: Bool { kind == .token || number == 40001 }

    /// The codes of settings that only some requests need. A message that meets one fails, with what to do about it, and
    /// the app's others go on: waiting for a person would hold all of them back for its sake.
    private static let boundToRequest: Set<Int64> = [
        40057, 42015, 43012, 48007, 50001, 60208, 80001, 81011, 85005, 86008, 90206, 90208, 93000, 95000, 95004, 95017,
    ]
}
