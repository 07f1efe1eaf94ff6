package import JSON
import Lifecycle
package import System
package import WeCom

/// All that WeCom saw, in order, for tests to read and people to watch.
package final class Transcript: Sendable {
    private struct State {
        var messages: [SentMessage] = []
        var tokensIssued = 0
        var callbacks: [CallbackTry] = []
        /// Reached when the next entry comes.
        var changed = Signpost()
    }

    private let state = Lock(State())

    package var messages: [SentMessage] { state.withLock { $0.messages } }
    package var callbacks: [CallbackTry] { state.withLock { $0.callbacks } }
    package var tokensIssued: Int { state.withLock { $0.tokensIssued } }

    /// The messages that reached a person: not those that WeCom swallowed as duplicates.
    package var delivered: [SentMessage] { messages.filter { !$0.isSwallowed } }

    /// Waits until `count` messages have reached somebody, and returns all that have. Ends early when the task is cancelled.
    package func delivered(atLeast count: Int) async -> [SentMessage] {
        while true {
            let (now, changed) = state.withLock { ($0.messages.filter { !$0.isSwallowed }, $0.changed) }
            if now.count >= count || Task.isCancelled { return now }
            await changed.wait()
        }
    }

    func add(_ message: SentMessage) { change { $0.messages.append(message) } }
    func add(_ callback: CallbackTry) { change { $0.callbacks.append(callback) } }
    func addToken() { change { $0.tokensIssued += 1 } }

    private func change(_ body: (inout State) -> Void) {
        let changed = state.withLock { state in
            body(&state)
            defer { state.changed = Signpost() }
            return state.changed
        }
        changed.reach()
    }
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
