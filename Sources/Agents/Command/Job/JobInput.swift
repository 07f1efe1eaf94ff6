import JSON
import Router
import System
import WeCom

extension Turn {
    /// The one line that a `jsonl` program reads first.
    func jobInput(in workspace: Workspace) -> JSONValue {
        [
            "v": 1,
            "job_id": .string(job.description),
            "attempt": .integer(Int64(attempt)),
            "session_key": .string(sessionKey.description),
            "session": JobMemory(session)?.session ?? .null,
            "text": .string(prompt),
            "attachments": .array(workspace.attachments.map(\.jobInput)),
            "user": asker,
            "deadline": .string(deadline.description),
            "lang": .string(language.rawValue),
            "timezone": .string(timeZone.name),
        ]
    }

    private var asker: JSONValue {
        var members: [JSONValue.Member] = []
        switch conversation.endpoint {
        case .app(let app):
            members += [
                .init("corp", .string(app.corpID.text)), .init("app", .string(app.agentID.description)),
            ]
        case .bot(let bot): members.append(.init("bot", .string(bot.text)))
        }
        if let chat = conversation.chat { members.append(.init("chat", .string(chat.text))) }
        members += [
            .init("id", user.map { .string($0.text) } ?? .null),
            .init("name", person.map { .string($0.name) } ?? .null),
            .init("departments", .array((person?.departments ?? []).map(JSONValue.integer))),
        ]
        return .object(members)
    }
}

extension Attachment {
    fileprivate var jobInput: JSONValue {
        [
            "path": .string(path), "name": .string(name), "mime": .string(contentType),
            "kind": .string(kind.rawValue), "size": .integer(Int64(size)),
        ]
    }
}

/// The state by which a `jsonl` program remembers a conversation: whatever it likes.
struct JobMemory: Sendable, Equatable {
    let session: JSONValue

    init(session: JSONValue) { self.session = session }

    init?(_ state: JSONValue?) {
        guard let session = state?["session"], session != .null else { return nil }
        self.session = session
    }

    var json: JSONValue { ["session": session] }
}
