import JSON
import Lifecycle
import Router
import System
import WeCom

/// An attendant that keeps what it hears, and answers questions as it is told.
final class FakeAttendant: TurnAttendant {
    private struct State {
        var events: [TurnEvent] = []
        var questions: [Question] = []
        var calls: [AgentCall] = []
        /// Whoever waits for the next event.
        var waiters: [Signpost] = []
    }

    private let state = Lock(State())
    let goesOnLater: Bool
    private let answers: @Sendable (Question) async throws -> Answer
    private let path: ReturnPath?
    private let called = Wakeup()

    init(
        path: ReturnPath? = nil, goesOnLater: Bool = false,
        answering answers: @escaping @Sendable (Question) async throws -> Answer = { _ in .expired }
    ) {
        self.path = path
        self.goesOnLater = goesOnLater
        self.answers = answers
    }

    /// The events that were heard, but for mere signs of life.
    var events: [TurnEvent] { state.withLock { $0.events.filter { $0 != .activity } } }
    var questions: [Question] { state.withLock { $0.questions } }

    /// The states that the agent named, in order.
    var sessions: [JSONValue] { events.compactMap { if case .started(let state) = $0 { state } else { nil } } }
    /// All text that came on the way.
    var text: String { events.compactMap { if case .text(let text) = $0 { text } else { nil } }.joined() }

    /// Waits until an event comes that `isMeant`.
    func event(where isMeant: (TurnEvent) -> Bool) async {
        while !Task.isCancelled {
            let next = Signpost()
            let isThere = state.withLock { state in
                if state.events.contains(where: isMeant) { return true }
                state.waiters.append(next)
                return false
            }
            if isThere { return }
            await next.wait()
        }
    }

    func hear(_ event: TurnEvent) async throws {
        let waiters = state.withLock { state in
            state.events.append(event)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.reach() }
    }

    func ask(_ question: Question) async throws -> Answer {
        state.withLock { $0.questions.append(question) }
        return try await answers(question)
    }

    func returnPath() async throws -> ReturnPath? { path }

    /// Has the agent call. A number that was there changes nothing, as in a store.
    func call(_ seq: Int64, _ body: JSONValue) {
        state.withLock { state in
            guard !state.calls.contains(where: { $0.seq == seq }) else { return }
            state.calls.append(AgentCall(seq: seq, body: body, arrival: Int64(state.calls.count) + 1))
        }
        called.signal()
    }

    func calls(after arrival: Int64) async throws -> [AgentCall] {
        while true {
            let calls = state.withLock { $0.calls.filter { $0.arrival > arrival } }
            if !calls.isEmpty { return calls }
            await called.wait()
            try Task.checkCancellation()
        }
    }
}

extension Turn {
    /// A turn that says `text`, everything else made up.
    static func saying(
        _ text: String, session: JSONValue? = nil, resumes: Bool = false, attachments: [Attachment] = []
    ) -> Turn {
        let app = Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1_000_002)))
        var turn = Turn(
            job: JobID(42), attempt: 1, conversation: ConversationKey(endpoint: app, user: UserID("zhangsan")),
            epoch: 0,
            text: text, attachments: attachments)
        turn.session = session
        turn.resumes = resumes
        turn.person = Person(user: UserID("zhangsan"), name: "张三", alias: "", departments: [2])
        return turn
    }
}
