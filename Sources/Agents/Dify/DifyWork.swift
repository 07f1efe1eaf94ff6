import HTTP
import JSON
import Lifecycle
import Router
import System
import Text
import WeCom

/// One turn at a Dify server: it is asked, watched, and followed where the watch breaks off or a form is waited for.
struct DifyWork {
    let agent: DifyAgent
    let turn: Turn
    let attendant: any TurnAttendant

    private var server: AgentServer { agent.server }
    private var user: JSONValue { .string(turn.scopedUser) }

    func answer(_ state: inout DifyState) async throws -> DifyAnswer {
        var answer = DifyAnswer()
        if !state.isAsked {
            try await ask(&answer, &state)
        } else if state.run == nil, let said = try await answerInHistory(state) {
            return said
        } else if state.run == nil {
            throw answer.brokenOff("the answer broke off, and the conversation does not have it")
        }
        try await follow(&answer, &state)
        return answer
    }

    // MARK: Asking

    private func ask(_ answer: inout DifyAnswer, _ state: inout DifyState) async throws {
        let request = server.request(
            .post, agent.path, try await body(state), streaming: true, filling: turn.placeholders)
        do {
            try await read(server.open(request, for: "answer", heardBy: attendant), into: &answer, &state)
        } catch let refusal as ServerRefusal {
            let isGone = state.conversation != nil && refusal.complaint.saysConversationIsGone
            throw isGone ? AgentFailure(.lostSession, refusal.failure.reason) : refusal.failure(ofDify: ())
        } catch let end as EventReader.BrokenOff {
            guard state.run != nil, !end.isTooLong else {
                if answer.isComplete { return }
                throw answer.brokenOff(end.reason)
            }
        }
    }

    private func body(_ state: DifyState) async throws -> JSONValue {
        let files = try await uploaded()
        var inputs = agent.options.inputs.filled(with: turn.placeholders).map {
            JSONValue.Member($0.name, .string($0.value))
        }
        var members: [JSONValue.Member] = [.init("response_mode", "streaming"), .init("user", user)]
        switch agent.options.app {
        case .chat:
            members += [
                .init("query", .string(turn.text.hasWords ? turn.text : turn.language.askToLook)),
                .init("conversation_id", .string(state.conversation ?? "")), .init("files", .array(files)),
                .init("auto_generate_name", false),
            ]
        case .workflow(let input, _):
            inputs.append(.init(input, .string(turn.text)))
            if let name = agent.options.filesInput { inputs.append(.init(name, .array(files))) }
        }
        return .object([.init("inputs", .object(inputs))] + members)
    }

    /// Gives the server the files that came along. They are the user's: no other sees them.
    private func uploaded() async throws -> [JSONValue] {
        guard agent.options.app == .chat || agent.options.filesInput != nil else { return [] }
        var files: [JSONValue] = []
        for attachment in turn.attachments {
            let file = try await opened(attachment)
            let body = MultipartFile(file, as: "file", tellingLength: false, fields: [("user", turn.scopedUser)])
            var request = server.request(.post, "/files/upload", filling: turn.placeholders)
            request.headers["Content-Type"] = body.contentType
            request.source = body
            let sent = request
            let response = try await server.answer(to: sent, within: .seconds(300))
            guard response.status.isSuccess, let id = (try? JSONValue(parsing: response.bytes))?["id"]?.string else {
                let complaint = ServerComplaint(body: response.bytes)
                throw AgentFailure(
                    complaint.kindOfDify, "the server does not take \(attachment.name): \(complaint.message)")
            }
            files.append([
                "type": .string(attachment.kindAtDify), "transfer_method": "local_file", "upload_file_id": .string(id),
            ])
            try await attendant.hear(.activity)
        }
        return files
    }

    private func opened(_ attachment: Attachment) async throws -> UploadFile {
        do throws(FileError) {
            return try await UploadFile(opening: attachment.path, named: attachment.name)
        } catch {
            throw AgentFailure(.transient, "a file that was sent cannot be read: \(error)".onOneLine())
        }
    }

    // MARK: Watching

    private func read(
        _ opened: AgentServer.Answer, into answer: inout DifyAnswer, _ state: inout DifyState
    ) async throws {
        guard case .events(var events) = opened else {
            throw AgentFailure(.config, "the server answers in one piece: it should stream")
        }
        var forms: [DifyForm] = []
        while let event = try await events.next(heardBy: attendant) {
            guard let json = try? JSONValue(parsing: Array(event.data.utf8)) else { continue }
            if state.take(json) { try await attendant.hear(.started(state.json)) }
            switch try answer.take(json) {
            case .tell(let event)?: try await attendant.hear(event)
            case .ask(let form)?: forms.append(form)
            case nil: break
            }
        }
        // The run goes on once somebody has decided: its stream has ended until then.
        for form in forms { try await settle(form) }
    }

    /// Goes on with a run whose stream has ended before it did.
    private func follow(_ answer: inout DifyAnswer, _ state: inout DifyState) async throws {
        var tries = 0
        while !answer.isComplete {
            guard let run = state.run else { throw answer.brokenOff("the stream ended before the answer did") }
            try await server.rest(afterLook: tries)
            tries += 1
            // It ends where the run pauses once more, so that the next form is put.
            let path = "/workflow/\(percentEncoded(run))/events?user=\(percentEncoded(turn.scopedUser))"
            let request = server.request(.get, path, streaming: true, filling: turn.placeholders)
            do {
                try await read(server.open(request, for: "run", heardBy: attendant), into: &answer, &state)
            } catch is EventReader.BrokenOff {
            } catch let refusal as ServerRefusal {
                guard [.rate, .away, .transient].contains(refusal.failure.kind) else {
                    throw answer.brokenOff("the run is not at the server any more: \(refusal.failure.reason)")
                }
            }
        }
    }

    /// Finds the answer of a chatbot or an agent whose stream broke off with our process.
    private func answerInHistory(_ state: DifyState) async throws -> DifyAnswer? {
        guard agent.options.app == .chat, let conversation = state.conversation else { return nil }
        let query =
            "conversation_id=\(percentEncoded(conversation))&user=\(percentEncoded(turn.scopedUser))"
        let request = server.request(.get, "/messages?\(query)&limit=20", filling: turn.placeholders)
        let response = try await server.answer(to: request)
        let messages = (try? JSONValue(parsing: response.bytes))?["data"]?.array ?? []
        let found = messages.last {
            $0["query"]?.string?.isSame(as: turn.text) == true && $0["status"]?.shortString == "normal"
                && $0["answer"]?.string?.hasWords == true
        }
        guard let text = found?["answer"]?.string else { return nil }
        var answer = DifyAnswer()
        _ = try answer.take(["event": "message", "answer": .string(text)])
        _ = try answer.take(["event": "message_end"])
        return answer
    }

    // MARK: Forms

    private func settle(_ form: DifyForm) async throws {
        guard let action = form.action(after: try await attendant.ask(form.question(saying: turn.texts))) else {
            return
        }
        let request = server.request(
            .post, "/form/human_input/\(percentEncoded(form.token))",
            ["inputs": [:], "action": .string(action), "user": user], filling: turn.placeholders)
        let response = try await server.answer(to: request)
        // Somebody else was first, or it had expired: the run tells how it goes on.
        guard !response.status.isSuccess, response.status.code != 412 else { return }
        let complaint = ServerComplaint(body: response.bytes)
        throw AgentFailure(.config, "the form was not taken: \(complaint.message)")
    }
}

extension ServerRefusal {
    /// The refusal by Dify's own codes.
    fileprivate func failure(ofDify: Void) -> AgentFailure {
        let kind = complaint.kindOfDify
        guard failure.kind == .config || failure.kind == .rate, kind != failure.kind, kind != .transient else {
            return failure
        }
        return AgentFailure(kind, failure.reason, retryAfter: failure.retryAfter)
    }
}

extension Attachment {
    fileprivate var kindAtDify: String {
        switch kind {
        case .image: "image"
        case .voice: "audio"
        case .video: "video"
        case .file: "document"
        }
    }
}

extension ChatTexts.Language {
    /// The question for an app that wants one, where only files were sent.
    fileprivate var askToLook: String { self == .english ? "Please look at the attached files." : "请查看附件" }
}
