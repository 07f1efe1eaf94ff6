import JSON
import Router

/// The earlier exchanges of a conversation, and by what the endpoint knows it.
struct ChatMemory: Equatable {
    private struct Exchange: Equatable {
        let question: String
        let answer: String

        var size: Int { question.utf8.count + answer.utf8.count }
        var messages: [JSONValue] {
            [
                ["role": "user", "content": .string(question)],
                ["role": "assistant", "content": .string(answer)],
            ]
        }
    }

    private let history: ChatCompletionsOptions.History
    private var exchanges: [Exchange] = []
    /// Another one with each session: for endpoints that keep sessions themselves.
    let sessionID: String
    /// True if this turn begins the session: there is nothing kept of it.
    let isFresh: Bool

    init(of turn: Turn, _ history: ChatCompletionsOptions.History) {
        self.history = history
        let known = turn.session?["session_id"]?.string
        isFresh = known == nil
        sessionID = known ?? "\(turn.sessionKey)/\(turn.job)"
        guard case .local = history else { return }
        exchanges = ChatMemory.exchanges(in: turn.session?["messages"]?.array ?? [])
        trim()
    }

    /// Each question that an answer follows; anything else is passed over.
    private static func exchanges(in messages: [JSONValue]) -> [Exchange] {
        zip(messages, messages.dropFirst()).compactMap { question, answer in
            guard question["role"]?.shortString == "user", answer["role"]?.shortString == "assistant",
                let question = question["content"]?.string, let answer = answer["content"]?.string
            else { return nil }
            return Exchange(question: question, answer: answer)
        }
    }

    /// The messages that are sent along.
    var messages: [JSONValue] { exchanges.flatMap(\.messages) }

    /// Makes the state to remember after one exchange more.
    func state(with question: String, answeredBy answer: String) -> JSONValue {
        guard case .local = history else { return state }
        var memory = self
        memory.exchanges.append(Exchange(question: question, answer: answer))
        memory.trim()
        while !memory.exchanges.isEmpty, memory.state.bytes.count > Session.maxBytes { memory.exchanges.removeFirst() }
        return memory.state
    }

    /// The state that is remembered now.
    var state: JSONValue {
        let id = JSONValue.Member("session_id", .string(sessionID))
        guard case .local = history else { return .object([id]) }
        return .object([id, .init("messages", .array(messages))])
    }

    /// Lets go of the oldest, whole exchanges at a time.
    private mutating func trim() {
        guard case .local(let bytes, let turns) = history else { return }
        exchanges = exchanges.suffix(max(turns, 0))
        var size = exchanges.reduce(0) { $0 + $1.size }
        while size > bytes, let oldest = exchanges.first {
            size -= oldest.size
            exchanges.removeFirst()
        }
    }
}
