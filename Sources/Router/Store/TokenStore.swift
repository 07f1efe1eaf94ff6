package import System

/// The durable half of an access token that several processes have in common.
///
/// WeCom bans addresses that ask for tokens again and again, and a new token may end the one before it. So one process at a
/// time asks for a new one, and each token has a number: who was refused with an older one takes the newer.
package protocol TokenStore: Sendable {
    /// Judges under a lock what `owner` is to do who wants a token of a number above `known` (`SharedToken.step`).
    func token(
        of holder: TokenHolder, above known: Int64, lasting least: Duration, for owner: String, at now: Timestamp
    ) async throws -> SharedToken.Step

    /// Keeps the token that `owner` was given, over the number that it set out from. False when another took its place.
    func keep(
        _ token: SharedToken.Sealed, of holder: TokenHolder, over number: Int64, by owner: String, at now: Timestamp
    ) async throws -> Bool

    /// Notes that `owner` was given none, so that all hold back for a while.
    func noteNoToken(
        of holder: TokenHolder, over number: Int64, by owner: String, because reason: String, at now: Timestamp
    ) async throws
}

/// The credentials that a token is given for: processes that have different ones of the same app share none.
package struct TokenHolder: Hashable, Sendable {
    package let app: AppKey
    /// Tells the app's secrets apart, and gives none of them away.
    package let credentials: [UInt8]

    package init(_ app: AppKey, credentials: [UInt8]) {
        self.app = app
        self.credentials = credentials
    }
}

/// A token as a store has it. It decides who asks for the next one; a store locks, loads, calls and writes.
package struct SharedToken: Sendable, Equatable {
    /// The text, encrypted, with the moment of its end.
    package struct Sealed: Sendable, Equatable {
        package let text: String
        package let expires: Timestamp

        package init(_ text: String, expires: Timestamp) {
            self.text = text
            self.expires = expires
        }
    }

    package enum Step: Sendable, Equatable {
        /// There is one already: with its number, and what is left of its life.
        case use(Sealed, number: Int64, left: Duration)
        /// Ask WeCom: nobody else does, until `SharedToken.refreshing` is over.
        case fetch(over: Int64)
        /// Somebody else asks; look again.
        case wait
        /// Somebody asked a moment ago, and was given none.
        case holdBack(reason: String)
    }

    /// Grows by one with each token.
    package var number: Int64
    package var sealed: Sealed?
    /// The process that asks for the next, and how long that counts.
    package var refresher: String?
    package var refreshingUntil: Timestamp?
    /// Counts how often in a row none was given; until when all hold back, and why, stands below.
    package var failures: Int
    package var heldBackUntil: Timestamp?
    package var failure: String?

    package init(
        number: Int64 = 0, sealed: Sealed? = nil, refresher: String? = nil, refreshingUntil: Timestamp? = nil,
        failures: Int = 0, heldBackUntil: Timestamp? = nil, failure: String? = nil
    ) {
        (self.number, self.sealed) = (number, sealed)
        (self.refresher, self.refreshingUntil) = (refresher, refreshingUntil)
        (self.failures, self.heldBackUntil, self.failure) = (failures, heldBackUntil, failure)
    }

    /// The time that a process has for asking: longer than the call may take.
    package static let refreshing = Duration.seconds(15)
    package static let longestHold = Duration.seconds(300)
    /// Longer reasons are cut.
    package static let longestReason = 500

    /// Says what `owner` is to do who wants a token of a number above `known` that is good for `least`.
    package mutating func step(
        above known: Int64, lasting least: Duration, for owner: String, at now: Timestamp
    ) -> Step {
        let left = number > known ? sealed.map { $0.expires.since(now) } ?? .zero : .zero
        if let sealed, left > least { return .use(sealed, number: number, left: left) }
        let isAsked = refresher != owner && (refreshingUntil.map { now < $0 } ?? false)
        let isHeldBack = heldBackUntil.map { now < $0 } ?? false
        if isAsked || isHeldBack {
            // The end of its life is still life.
            if let sealed, left > .zero { return .use(sealed, number: number, left: left) }
            return isAsked ? .wait : .holdBack(reason: failure ?? "")
        }
        refresher = owner
        refreshingUntil = now.advanced(by: Self.refreshing)
        return .fetch(over: number)
    }

    /// Takes the token that `owner` was given. False for one that asked for too long: another has been given one since.
    package mutating func keep(_ token: Sealed, over number: Int64, by owner: String) -> Bool {
        guard self.number == number else { return false }
        self = SharedToken(number: number + 1, sealed: token)
        return true
    }

    /// Holds all back: for a second, and twice as long with each time.
    package mutating func noteNone(over number: Int64, by owner: String, because reason: String, at now: Timestamp) {
        guard self.number == number, refresher == owner else { return }
        failures += 1
        let pause = min(Self.longestHold, .seconds(1) * (1 << min(failures - 1, 10)))
        (refresher, refreshingUntil) = (nil, nil)
        (heldBackUntil, failure) = (now.advanced(by: pause), reason)
    }
}
