package import Lifecycle
import System
package import WeCom

/// The orders by which WeCom does wrong, for each call of the API: the first that fits a request is carried out.
package final class Faults: Sendable {
    package enum Call: Hashable, Sendable {
        case gettoken, send, recall, updateCard, upload, media
        /// The app itself.
        case agent
        /// Members, departments and tags.
        case contacts
        /// The addresses that callbacks come from and the API has.
        case addresses
        /// What bots answer besides their streams.
        case botResponse
        /// What bots say over their long connections: to take the bot over, heartbeats, in answer, and of their own accord.
        case botSubscription, botHeartbeat, botReply, botMessage
        /// The pieces of a file, over a long connection.
        case botUpload
        /// The pages by which an administrator creates a bot by a code.
        case botCreation
    }

    /// The kind of wrong that WeCom is to do, next time it is asked.
    package enum Kind: Sendable {
        /// HTTP 200 with this `errcode`.
        case errorCode(Int64, message: String = "as ordered")
        case status(Int)
        /// HTTP 200 and something that is no JSON.
        case garbage
        /// HTTP 200 with these words for a body.
        case words(String)
        /// Carries the request out and answers in GBK, which is not UTF-8.
        case gbk
        /// 302 to this place.
        case redirect(to: String)
        /// Carries the request out and then breaks off without an answer.
        case silence
        /// Carries the request out and breaks off in the middle of the answer's body.
        case truncated
        /// Carries the request out, sends half of the answer's body, and the rest when this is reached.
        case slowBody(Signpost)
        /// Carries nothing out and does not answer until the faults are cleared.
        case hang
        /// Carries the request out and answers when this is reached. Who has hung up meanwhile gets no answer, but the
        /// request is carried out all the same.
        case hold(Signpost)
    }

    /// The requests that an order is for; nil is everybody's.
    package struct Scope: Sendable {
        let app: FakeApp.Identity?
        let user: UserID?

        package init(app: FakeApp? = nil, user: UserID? = nil) {
            self.app = app?.identity
            self.user = user
        }

        package static let everybody = Scope()
    }

    fileprivate struct Order {
        let call: Call
        let kind: Kind
        let scope: Scope
        /// nil is always.
        var times: Int?
    }

    fileprivate struct State {
        var orders: [Order] = []
        /// Lets go what hangs.
        var release = Signpost()
    }

    private let state = Lock(State())

    package init() {}

    /// The next call of this kind meets `fault`; several in a row meet one each.
    package func next(_ call: Call, _ faults: Kind...) {
        state.withLock { $0.orders += faults.map { Order(call: call, kind: $0, scope: .everybody, times: 1) } }
    }

    /// The next so many calls of this kind that are about `scope` meet `fault`.
    package func next(_ times: Int = 1, _ call: Call, of scope: Scope, _ fault: Kind) {
        state.withLock { $0.orders.append(Order(call: call, kind: fault, scope: scope, times: times)) }
    }

    /// Every call of this kind that is about `scope` meets `fault`, until the faults are cleared.
    package func always(_ call: Call, of scope: Scope = .everybody, _ fault: Kind) {
        state.withLock { $0.orders.append(Order(call: call, kind: fault, scope: scope, times: nil)) }
    }

    /// No more of what was ordered. What hangs is answered with 503.
    package func clear() {
        let release = state.withLock { state in
            defer { state = State() }
            return state.release
        }
        release.reach()
    }

    /// True if a call is still to meet a fault that was ordered for so many times.
    package func areWaiting(_ call: Call) -> Bool {
        state.withLock { state in state.orders.contains { $0.call == call && $0.times != nil } }
    }

    /// The fault that a request meets, and what lets it go if it hangs. `isAbout` is asked only for orders that are not
    /// for everybody.
    func take(_ call: Call, isAbout: (Scope) -> Bool) -> (kind: Kind?, release: Signpost) {
        state.withLock { state in (state.take(call, isAbout), state.release) }
    }
}

extension Faults.State {
    fileprivate mutating func take(_ call: Faults.Call, _ isAbout: (Faults.Scope) -> Bool) -> Faults.Kind? {
        let fitting = orders.firstIndex { order in
            order.call == call && (order.scope.isEverybody || isAbout(order.scope))
        }
        guard let fitting else { return nil }
        let kind = orders[fitting].kind
        guard let times = orders[fitting].times else { return kind }
        if times > 1 { orders[fitting].times = times - 1 } else { orders.remove(at: fitting) }
        return kind
    }
}

extension Faults.Scope {
    fileprivate var isEverybody: Bool { app == nil && user == nil }
}
