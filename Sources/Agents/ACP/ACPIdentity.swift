import JSON
import Router
import System
import WeCom

extension Turn {
    /// The person who asks, and the job, for agents that look into `_meta`.
    var identityMeta: JSONValue {
        let departments = person.map { JSONValue.array($0.departments.map { .integer($0) }) }
        return [
            "wecom": .members(
                ("corp", conversation.endpoint.app.map { .string($0.corpID.text) }),
                ("app", conversation.endpoint.app.map { .integer($0.agentID.number) }),
                ("bot", conversation.endpoint.bot.map { .string($0.text) }),
                ("chat", conversation.chat.map { .string($0.text) }),
                ("user", user.map { .string($0.text) }),
                ("name", person.map { .string($0.name) }),
                ("departments", departments),
                ("lang", .string(language.rawValue)),
                ("job", .string(job.description)),
                ("attempt", .integer(Int64(attempt))),
                ("deadline", .string(deadline.description))
            )
        ]
    }
}
