package import JSON
import Lifecycle
package import System
package import WeCom

/// All that WeCom saw, in order, for tests to read and people to watch.
package final class Transcript: Sendable {
    private struct State {
        var messages: [SentMessage] = []
        var delivered: [SentMessage] = []
        var tokensIssued = 0
        var callbacks: [CallbackTry] = []
        var waiters: [Waiter] = []
    }

    /// Somebody who waits until that many messages have been delivered.
    private struct Waiter {
        let count: Int
        let reached = Signpost()
    }

    private let state = Lock(State())

    package var messages: [SentMessage] { state.withLock { $0.messages } }
    package var callbacks: [CallbackTry] { state.withLock { $0.callbacks } }
    package var tokensIssued: Int { state.withLock { $0.tokensIssued } }

    /// The messages that reached a person: not those that WeCom swallowed as duplicates.
    package var delivered: [SentMessage] { state.withLock { $0.delivered } }

    /// Waits until `count` messages have reached somebody, and returns all that have. Ends early when the task is cancelled.
    package func delivered(atLeast count: Int) async -> [SentMessage] {
        let waiter = Waiter(count: count)
        state.withLock { state in
            if state.delivered.count < count { state.waiters.append(waiter) } else { waiter.reached.reach() }
        }
        await waiter.reached.wait()
        return state.withLock { state in
            state.waiters.removeAll { $0.reached === waiter.reached }
            return state.delivered
        }
    }

    func add(_ message: SentMessage) {
        let woken = state.withLock { state in
            state.messages.append(message)
            if !message.isSwallowed { state.delivered.append(message) }
            let count = state.delivered.count
            defer { state.waiters.removeAll { $0.count <= count } }
            return state.waiters.filter { $0.count <= count }
        }
        for waiter in woken { waiter.reached.reach() }
    }

    func add(_ callback: CallbackTry) { state.withLock { $0.callbacks.append(callback) } }
    func addToken() { state.withLock { $0.tokensIssued += 1 } }
}

/// A message that an app sent to a person.
package struct SentMessage: Sendable {
    package let at: MonotonicTime
    package let corpID: CorpID
    package let agentID: AgentID
    package let to: String
    package let text: String
    package let messageID: String
    /// Taken with errcode 0 and shown to nobody, since an identical one came before.
    package let isSwallowed: Bool
    /// The request as it came.
    package let request: JSONValue
}

/// One try of a callback and what came of it.
package struct CallbackTry: Sendable {
    package let user: UserID
    package let attempt: Int
    /// The status that came back; nil when none did.
    package let status: Int?
    package let body: [UInt8]
    package let took: Duration

    package var isAcknowledged: Bool { status == 200 }
}
