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
        /// The answers of bots besides their streams.
        case botResponse
        /// The frames of bots over their long connections: to take the bot over, heartbeats, in answer, and of their own accord.
        case botSubscription, botHeartbeat, botReply, botMessage
        /// The pieces of a file, over a long connection.
        case botUpload
        /// The addresses at which files lie that people sent to bots.
        case botFile
        /// The pages by which an administrator creates a bot by a code.
        case botCreation
        /// A callback of an app or a bot, which goes the other way.
        case callback

        /// The calls that come with an app's token, or fetch one.
        package static let ofApps: Set<Call> = [
            .gettoken, .send, .recall, .updateCard, .upload, .media, .agent, .contacts, .addresses,
        ]
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
        /// Carries the request out after so long.
        case slow(Duration)
        /// Posts a callback that was acknowledged once more. Of calls it changes nothing.
        case twice
    }

    /// The requests that an order is for; nil is everybody's.
    package struct Scope: Sendable {
        package let app: FakeApp.Identity?
        package let user: UserID?
        package let corp: CorpID?

        package init(app: FakeApp? = nil, user: UserID? = nil, corp: CorpID? = nil) {
            self.app = app?.identity
            self.user = user
            self.corp = corp
        }

        package static let everybody = Scope()
    }

    /// One order: the calls that meet a fault, whose, and how many of them.
    package struct Order: Sendable, Identifiable {
        package let id: Int
        package let calls: Set<Call>
        package let kind: Kind
        package let scope: Scope
        /// nil is always.
        package let times: Int?
        /// The number of calls that have met it.
        package fileprivate(set) var met = 0

        fileprivate var isOver: Bool { times.map { met >= $0 } ?? false }
    }

    fileprivate struct State {
        /// In the order in which they were given; those that are over are no longer here.
        var orders: [Order] = []
        var lastID = 0
        /// Lets go what hangs.
        var release = Signpost()
    }

    private let state = Lock(State())
    /// Somebody who hears of a change. In a structure, for what `Transcript` says of its own.
    private struct Watcher: Sendable {
        var call: (@Sendable () -> Void)?
    }

    private let watcher = Lock(Watcher())

    package init() {}

    /// The next call of this kind meets `fault`; several in a row meet one each.
    package func next(_ call: Call, _ faults: Kind...) {
        for fault in faults { order(fault, of: [call], for: .everybody, times: 1) }
    }

    /// The next so many calls of this kind that are about `scope` meet `fault`.
    package func next(_ times: Int = 1, _ call: Call, of scope: Scope, _ fault: Kind) {
        order(fault, of: [call], for: scope, times: times)
    }

    /// Every call of this kind that is about `scope` meets `fault`, until the faults are cleared.
    package func always(_ call: Call, of scope: Scope = .everybody, _ fault: Kind) {
        order(fault, of: [call], for: scope, times: nil)
    }

    /// The next `times` of these calls that are about `scope` meet `fault`; all of them where it is nil. Returns the order's id.
    @discardableResult
    package func order(_ fault: Kind, of calls: Set<Call>, for scope: Scope, times: Int?) -> Int {
        let id = state.withLock { state in
            state.lastID += 1
            state.orders.append(Order(id: state.lastID, calls: calls, kind: fault, scope: scope, times: times))
            return state.lastID
        }
        tell()
        return id
    }

    /// Takes an order back.
    package func end(_ id: Int) {
        state.withLock { $0.orders.removeAll { $0.id == id } }
        tell()
    }

    /// The orders that are not over.
    package var orders: [Order] { state.withLock { $0.orders } }

    /// Has `watch` called each time that the orders, or how often they were met, are others.
    package func watch(_ watch: @escaping @Sendable () -> Void) { watcher.withLock { $0.call = watch } }

    private func tell() { watcher.withLock { $0 }.call?() }

    /// No more of what was ordered. What hangs is answered with 503.
    package func clear() {
        let release = state.withLock { state in
            defer { (state.orders, state.release) = ([], Signpost()) }
            return state.release
        }
        release.reach()
        tell()
    }

    /// True if a call is still to meet a fault that was ordered for so many times.
    package func areWaiting(_ call: Call) -> Bool {
        state.withLock { state in state.orders.contains { $0.calls.contains(call) && $0.times != nil } }
    }

    /// True if any order is for calls of this kind.
    func concern(_ call: Call) -> Bool { state.withLock { state in state.orders.contains { $0.calls.contains(call) } } }

    /// The fault that a request meets, and what lets it go if it hangs. `isAbout` is asked only for orders that are not
    /// for everybody.
    func take(_ call: Call, isAbout: (Scope) -> Bool) -> (kind: Kind?, release: Signpost) {
        let (kind, release) = state.withLock { state in (state.take(call, isAbout), state.release) }
        if kind != nil { tell() }
        return (kind, release)
    }
}

extension Faults.State {
    fileprivate mutating func take(_ call: Faults.Call, _ isAbout: (Faults.Scope) -> Bool) -> Faults.Kind? {
        let fitting = orders.firstIndex { order in
            order.calls.contains(call) && (order.scope.isEverybody || isAbout(order.scope))
        }
        guard let fitting else { return nil }
        orders[fitting].met += 1
        let order = orders[fitting]
        if order.isOver { orders.remove(at: fitting) }
        return order.kind
    }
}

extension Faults.Scope {
    fileprivate var isEverybody: Bool { app == nil && user == nil && corp == nil }
}
