package import Lifecycle
import System

/// Faults in waiting, first come first served, for each call of the API.
package final class Faults: Sendable {
    package enum Call: Hashable, Sendable { case gettoken, send }

    /// What WeCom is to do wrong, next time it is asked.
    package enum Kind: Sendable {
        /// HTTP 200 with this `errcode`.
        case errorCode(Int64, message: String = "as ordered")
        case status(Int)
        /// HTTP 200 and something that is no JSON.
        case garbage
        /// Carries the request out and then breaks off without an answer.
        case silence
        /// Carries the request out and answers when this is reached. Who has hung up meanwhile gets no answer, but the
        /// request is carried out all the same.
        case hold(Signpost)
    }

    private let queues = Lock<[Call: [Kind]]>([:])

    package init() {}

    /// The next call of this kind meets `fault`; several in a row meet one each.
    package func next(_ call: Call, _ faults: Kind...) {
        queues.withLock { $0[call, default: []] += faults }
    }

    /// No more of what was ordered.
    package func clear() { queues.withLock { $0 = [:] } }

    package func areWaiting(_ call: Call) -> Bool { queues.withLock { $0[call]?.isEmpty == false } }

    func take(_ call: Call) -> Kind? {
        queues.withLock { queues in
            guard queues[call]?.isEmpty == false else { return nil }
            return queues[call]?.removeFirst()
        }
    }
}
