import System

/// Decides when to use a token, when to fetch one, when to hold back. It has no clock and no network of its own.
struct TokenState: Sendable {
    enum Action: Sendable, Equatable {
        case use(AccessToken)
        case fetch
        /// A fetch failed a moment ago; WeCom bans addresses that ask again and again.
        case holdBack(WeComError)
    }

    private var token: AccessToken?
    private var failure: (error: WeComError, until: MonotonicTime)?
    private var failures = 0

    /// Decides what somebody who needs a token at `now` is to do.
    func need(at now: MonotonicTime) -> Action {
        if let token, now < token.refreshes { return .use(token) }
        if let failure, now < failure.until {
            if let token, now < token.expires { return .use(token) }
            return .holdBack(.holdingBack(after: failure.error.description))
        }
        return .fetch
    }

    mutating func fetched(_ token: AccessToken) {
        self.token = token
        failure = nil
        failures = 0
    }

    /// A fetch failed: the wait before the next doubles from a second to five minutes.
    mutating func failed(_ error: WeComError, at now: MonotonicTime) {
        failures += 1
        let wait = min(Duration.seconds(300), .seconds(1) * (1 << min(failures - 1, 10)))
        failure = (error, now.advanced(by: wait))
    }

    /// WeCom said that this token is no good. Another that came meanwhile is left alone.
    mutating func reject(_ rejected: AccessToken) {
        if token == rejected { token = nil }
    }
}
