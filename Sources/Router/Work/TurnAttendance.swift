import Crypto
import JSON
import Observability
import System
import WeCom

/// Attends to one turn: keeps what the agent remembers, asks the person, and hears the agent's calls.
struct TurnAttendance: TurnAttendant {
    let running: RunningTurn
    let store: any TurnStore
    let memory: TurnMemory
    let asking: AskingRules
    let returnAddress: ReturnAddress?
    /// What was sent along, for links to it.
    let attachments: [Attachment]
    let outbox: Wakeup
    let log: Logger

    func hear(_ event: TurnEvent) async throws {
        running.noteActivity()
        switch event {
        case .activity, .thinking: break
        case .text(let piece): running.note(text: piece)
        case .started(let state): try await keep(state)
        case .progress(let line) where line.isEmpty: break
        case .progress(let line):
            running.note(progress: line)
            log.debug("progress: \(line)")
        case .tool(let call):
            if call.state == .running || call.state == .pending { running.note(progress: call.title) }
            log.debug("tool \(call.state.rawValue): \(call.title)")
        }
    }

    // MARK: Memory

    private func keep(_ state: JSONValue) async throws {
        let update = try memory.update(naming: state)
        guard try await store.keep(update, for: running.job.lease, at: .steady) else {
            running.stop(.leaseLost)
            throw CancellationError()
        }
        memory.noteKept()
        log.debug("the agent has named its session")
    }

    // MARK: Questions

    func ask(_ question: Question) async throws -> Answer {
        guard !question.options.isEmpty, question.options.count <= Question.maxOptions else {
            throw AgentFailure(.config, "the agent asked a question with \(question.options.count) options")
        }
        guard let address = running.job.messages.last?.replyAddress else { throw CancellationError() }
        return try await running.inTurn { try await ask(question, at: address) }
    }

    private func ask(_ question: Question, at address: ReplyAddress) async throws -> Answer {
        let asked = AskedQuestion(question, to: address, as: asking.style(of: question), saying: asking.texts)
        guard let id = try await store.ask(asked, for: running.job.lease, at: .steady) else {
            throw CancellationError()
        }
        outbox.signal()
        log.info("the agent asks", ["question": .string(id.description)])
        return try answer(try await ending(of: id, isKept: question.key != nil), to: question)
    }

    private func ending(of id: QuestionID, isKept: Bool) async throws -> QuestionEnding {
        if let known = try await store.endings(of: [id])[id] { return known }
        if let ending = await running.ending(of: id, within: asking.time) { return ending }
        // It is found again when the turn goes on.
        if Task.isCancelled, isKept, goesOnLater { throw CancellationError() }
        let ending: QuestionEnding = Task.isCancelled ? .withdrawn : .expired
        // The card has to show it even though nobody waits here any more.
        let closing = Task {
            if try await store.close(id, as: ending, at: .steady) { return ending }
            return try await store.endings(of: [id])[id] ?? ending
        }
        let final = try await closing.value
        outbox.signal()
        return final
    }

    private func answer(_ ending: QuestionEnding, to question: Question) throws -> Answer {
        log.info("the question has ended", ["how": .string(ending.word)])
        switch ending {
        case .answered(let places, let user):
            let ids = places.filter(question.options.indices.contains).map { question.options[$0].id }
            return .chosen(ids, by: UserID(user))
        case .expired: return .expired
        case .withdrawn, .lapsed: throw CancellationError()
        }
    }

    // MARK: Calls

    var goesOnLater: Bool { running.stopReason == .draining || running.stopReason == .leaseLost }

    func returnPath() async throws -> ReturnPath? {
        guard let returnAddress else { return nil }
        let lease = running.job.lease
        let (events, files) = (CallToken(), CallToken())
        for (token, scope) in [(events, CallScope.events), (files, .files)] {
            guard try await store.admit(token.digest, for: scope, to: lease, at: .steady) else {
                running.stop(.leaseLost)
                throw CancellationError()
            }
        }
        return ReturnPath(
            url: returnAddress.events(of: lease.job), token: events.text,
            files: attachments.indices.map {
                returnAddress.file($0 + 1, of: lease.job, named: attachments[$0].name, key: files.text)
            })
    }

    func calls(after arrival: Int64) async throws -> [AgentCall] {
        // A signal may be lost between processes: a slow look beneath it.
        let poll = Task { [running] in
            while (try? await Task.sleep(for: .seconds(1))) != nil { running.called.signal() }
        }
        defer { poll.cancel() }
        while true {
            try Task.checkCancellation()
            let calls = try await store.calls(about: running.job.lease.job, after: arrival)
            if !calls.isEmpty {
                running.noteActivity()
                return calls
            }
            await running.called.wait()
        }
    }
}

/// What the agent of a turn remembers, as far as the store has to be told.
final class TurnMemory: Sendable {
    private struct State {
        /// The next word about it begins a session.
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

    /// What is to be written with the end of the turn; nil for an agent that remembers nothing.
    func update(after reply: Reply) throws -> SessionUpdate? {
        if let named = reply.session { return try update(naming: named) }
        return state.withLock { state in
            state.hasState ? SessionUpdate(agent: agent, state: nil, isFresh: state.isFresh) : nil
        }
    }
}

/// How people are asked.
struct AskingRules: Sendable {
    let app: App
    let time: Duration

    var texts: ChatTexts { app.texts }

    func style(of question: Question) -> AskedQuestion.Style {
        app.conduct.questions != .text && AskedQuestion.fitsCard(question) ? .card : .text
    }
}

extension QuestionEnding {
    /// For logs.
    var word: String {
        switch self {
        case .answered(let places, _): "answered with option \(places.map { String($0 + 1) }.joined(separator: ", "))"
        case .expired: "expired"
        case .withdrawn: "withdrawn"
        case .lapsed: "lapsed"
        }
    }
}
