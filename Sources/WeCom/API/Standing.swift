package import System

/// WeCom's last verdict on an app's credentials.
package struct Standing: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        /// The credentials have not been used yet.
        case unknown
        case good
        /// WeCom gives no token for them, or takes none that it gave: a person has to mend that.
        case refused
        /// WeCom was asked and did not answer as itself, or not now. That says nothing about the credentials.
        case unreachable
    }

    package var state = State.unknown
    /// The time from which on it is so.
    package var since: Timestamp?
    /// The end of the token that is there.
    package var tokenUntil: Timestamp?
    /// WeCom's `errcode`, or `HTTP 403`.
    package var code: String?
    package var reason: String?
    /// The remedy, for a person.
    package var advice: String?

    package init() {}
}

/// Keeps the standing of one app, for whoever asks at any time.
package final class StandingRecord: Sendable {
    private let current = Lock(Standing())

    package init() {}

    package var standing: Standing { current.withLock { $0 } }

    /// WeCom gave a token. One that stands in for a refused one proves nothing before it is taken.
    func note(_ given: GivenToken, at now: MonotonicTime) {
        let until = Timestamp.now.advanced(by: given.token.expires.since(now))
        current.withLock { standing in
            if !given.isOnTrial {
                standing.enter(.good)
                (standing.code, standing.reason, standing.advice) = (nil, nil, nil)
            }
            standing.tokenUntil = until
        }
    }

    /// Asking for a token, or using it, came to this.
    func note(_ error: WeComError) {
        let obstacle = error.obstacle
        current.withLock { standing in
            let isRefusal = obstacle.map { !$0.isLimit } ?? false
            // An outage is no verdict of WeCom's: what it refused it has not taken back.
            guard isRefusal || standing.state != .refused else { return }
            standing.enter(isRefusal ? .refused : .unreachable)
            if isRefusal { standing.tokenUntil = nil }
            (standing.code, standing.reason, standing.advice) = (obstacle?.code, error.description, obstacle?.advice)
        }
    }

    /// WeCom has taken a token, so that what it refused before is mended.
    func noteTaken() {
        current.withLock { standing in
            guard standing.state == .refused else { return }
            standing.enter(.good)
            (standing.code, standing.reason, standing.advice) = (nil, nil, nil)
        }
    }
}

extension Standing {
    fileprivate mutating func enter(_ next: State) {
        guard state != next else { return }
        state = next
        since = .now
    }
}
