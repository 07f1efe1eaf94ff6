package import Lifecycle
import System

/// What WeCom is to do wrong, next time it is asked.
package enum Fault: Sendable {
    /// HTTP 200 with this `errcode`.
    case errorCode(Int64, message: String = "as ordered")
    case status(Int)
    /// HTTP 200 and something that is no JSON.
    case garbage
    /// Carries the request out and then breaks off without an answer.
    case silence
    /// Answers when this is reached, or when the caller has gone.
    case hold(Signpost)
}

/// Faults in waiting, first come first served, for each call of the API.
package final class Faults: Sendable {
    package enum Call: Hashable, Sendable { case gettoken, send }

    private let queues = Lock<[Call: [Fault]]>([:])

    package init() {}

    /// The next call of this kind meets `fault`; several in a row meet one each.
    package func next(_ call: Call, _ faults: Fault...) {
        queues.withLock { $0[call, default: []] += faults }
    }

    func take(_ call: Call) -> Fault? {
        queues.withLock { queues in
            guard queues[call]?.isEmpty == false else { return nil }
            return queues[call]?.removeFirst()
        }
    }
}
