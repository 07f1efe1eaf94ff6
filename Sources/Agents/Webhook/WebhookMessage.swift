import JSON
import Router
import System
import WeCom

/// The messages to a service about a job.
enum WebhookMessage {
    static func start(_ turn: Turn, _ state: WebhookState, _ path: ReturnPath?) -> JSONValue {
        var members = opening("job.start", turn, state)
        members += [
            .init("text", .string(turn.text)), .init("lang", .string(turn.language.rawValue)),
            .init("timezone", .string(turn.timeZone.name)),
            .init("user", user(turn)), .init("attachments", attachments(turn, path)),
        ]
        if let path {
            members += [.init("callback_url", .string(path.url)), .init("callback_token", .string(path.token))]
        }
        members.append(.init("deadline", .string(turn.deadline.toTheSecond)))
        return .object(members)
    }

    static func cancel(_ turn: Turn, _ state: WebhookState) -> JSONValue {
        var members = opening("job.cancel", turn, state)
        if let run = state.run { members.append(.init("run_id", .string(run))) }
        return .object(members)
    }

    private static func opening(_ type: JSONValue, _ turn: Turn, _ state: WebhookState) -> [JSONValue.Member] {
        [
            .init("v", 1), .init("type", type), .init("job_id", .string("\(turn.job)")),
            .init("attempt", .integer(Int64(turn.attempt))),
            .init("session_key", .string(turn.sessionKey.description)), .init("session", state.session),
        ]
    }

    private static func user(_ turn: Turn) -> JSONValue {
        var members: [JSONValue.Member] = []
        if let app = turn.conversation.endpoint.app {
            members += [.init("corp", .string(app.corpID.text)), .init("app", .string("\(app.agentID)"))]
        }
        if let bot = turn.conversation.endpoint.bot { members.append(.init("bot", .string(bot.text))) }
        if let chat = turn.conversation.chat { members.append(.init("chat", .string(chat.text))) }
        if let user = turn.user { members.append(.init("id", .string(user.text))) }
        if let person = turn.person {
            members.append(.init("name", .string(person.name)))
            members.append(.init("departments", .array(person.departments.map(JSONValue.integer))))
        }
        return .object(members)
    }

    private static func attachments(_ turn: Turn, _ path: ReturnPath?) -> JSONValue {
        .array(
            turn.attachments.enumerated().map { index, attachment in
                var members: [JSONValue.Member] = [
                    .init("name", .string(attachment.name)), .init("mime", .string(attachment.contentType)),
                    .init("size", .integer(Int64(attachment.size))), .init("kind", .string(attachment.kind.rawValue)),
                ]
                if let path, path.files.indices.contains(index) {
                    members.append(.init("url", .string(path.files[index])))
                }
                return .object(members)
            })
    }
}

extension Timestamp {
    /// RFC 3339 in UTC, as in `2026-11-20T09:43:00Z`.
    fileprivate var toTheSecond: String { description.dropLast(5) + "Z" }
}
