import System

/// A token to make a call with.
struct GivenToken: Sendable, Equatable {
    let token: AccessToken
    /// It stands in for one that WeCom refused, and WeCom has not taken it yet.
    let isOnTrial: Bool
}

/// Decides when to use a token, when to fetch one, when to hold back. It has no clock and no network of its own.
struct TokenState: Sendable {
    enum Action: Sendable, Equatable {
        case use(GivenToken)
        case fetch
        /// A fetch failed a moment ago, or what came of it was refused; WeCom bans addresses that ask again and again.
        case holdBack(WeComError)
    }

    private var token: AccessToken?
    private var failure: (error: WeComError, until: MonotonicTime)?
    private var failures = 0
    /// WeCom has refused a token and taken none since.
    private var isOnTrial = false

    /// Decides what somebody who needs a token at `now` is to do.
    func need(at now: MonotonicTime) -> Action {
        if let token, now < token.refreshes { return use(token) }
        if let failure, now < failure.until {
            if let token, now < token.expires { return use(token) }
            return .holdBack(.holdingBack(after: failure.error.description))
        }
        return .fetch
    }

    private func use(_ token: AccessToken) -> Action { .use(GivenToken(token: token, isOnTrial: isOnTrial)) }

    mutating func fetched(_ token: AccessToken) -> GivenToken {
        self.token = token
        failure = nil
        failures = 0
        return GivenToken(token: token, isOnTrial: isOnTrial)
    }

    /// A fetch failed: the wait before the next doubles from a second to five minutes.
    mutating func failed(_ error: WeComError, at now: MonotonicTime) {
        failures += 1
        let wait = min(Duration.seconds(300), .seconds(1) * (1 << min(failures - 1, 10)))
        failure = (error, now.advanced(by: wait))
    }

    /// A call that bore `rejected` came to `error`, which says that the token is no good. Another that came meanwhile is
    /// left alone. True if a fresh one may do: false if this one stood in for a refused one already.
    mutating func reject(_ rejected: AccessToken, after error: WeComError, at now: MonotonicTime) -> Bool {
        guard token == rejected else { return true }
        token = nil
        guard isOnTrial else {
            isOnTrial = true
            return true
        }
        failure = (.tokenRefused(error), now.advanced(by: Obstacle.pauseForOperator))
        return false
    }

    /// WeCom has taken `accepted`. True if that ends its trial.
    mutating func accept(_ accepted: AccessToken) -> Bool {
        guard isOnTrial, token == accepted else { return false }
        isOnTrial = false
        return true
    }
}
