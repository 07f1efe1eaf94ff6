import JSON
import System

/// The session of a running turn, as far as the store has to be told of it.
final class TurnMemory: Sendable {
    private struct State {
        /// The next update begins a session.
        var isFresh: Bool
        /// There is something to remember at all.
        var hasState: Bool
    }

    private let agent: String
    private let state: Lock<State>

    /// `hasSession`: the turn goes on with one.
    init(of agent: String, hasSession: Bool) {
        self.agent = agent
        state = Lock(State(isFresh: !hasSession, hasState: hasSession))
    }

    /// The session was lost: the next is another.
    func startAfresh() { state.withLock { $0 = State(isFresh: true, hasState: false) } }

    func noteKept() { state.withLock { $0 = State(isFresh: false, hasState: true) } }

    func update(naming named: JSONValue) throws -> SessionUpdate {
        guard named.bytes.count <= Session.maxBytes else {
            throw AgentFailure(.config, "the agent's session takes more than \(Session.maxBytes) bytes")
        }
        return SessionUpdate(agent: agent, state: named, isFresh: state.withLock { $0.isFresh })
    }

    /// Makes the change to the session that is written with the end of the turn; nil for an agent that remembers nothing.
    func update(after reply: Reply) throws -> SessionUpdate? {
        if let named = reply.session { return try update(naming: named) }
        return state.withLock { state in
            state.hasState ? SessionUpdate(agent: agent, state: nil, isFresh: state.isFresh) : nil
        }
    }
}
