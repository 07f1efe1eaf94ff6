import JSON
import Router
import System
import WeCom

extension Turn {
    /// Who asks and for which job, for agents that look into `_meta`.
    var identityMeta: JSONValue {
        let departments = person.map { JSONValue.array($0.departments.map { .integer($0) }) }
        return [
            "wecom": .members(
                ("corp", .string(conversation.app.corpID.text)),
                ("app", .integer(conversation.app.agentID.number)),
                ("user", conversation.user.map { .string($0.text) }),
                ("name", person.map { .string($0.name) }),
                ("departments", departments),
                ("lang", .string(language.rawValue)),
                ("job", .string(job.description)),
                ("attempt", .integer(Int64(attempt))),
                ("deadline", .string(deadline.description))
            )
        ]
    }

    /// The same for programs that look into their environment. One that is kept for later turns has those of its first.
    func identityVariables(in workspace: Workspace) -> [String: String] {
        var variables = [
            "JOB_ID": job.description,
            "SESSION_KEY": conversation.description,
            "WORK_DIR": workspace.path,
            "OUTBOX_DIR": workspace.outbox,
            "WECOM_CORP": conversation.app.corpID.text,
            "WECOM_APP": conversation.app.agentID.description,
            "WECOM_LANG": language.rawValue,
        ]
        variables["WECOM_USER"] = conversation.user?.text
        variables["WECOM_USER_NAME"] = person?.name
        // A NUL cannot stand in a variable, and a program must not fail to start over somebody's name.
        return variables.mapValues { String($0.unicodeScalars.filter { $0.value != 0 }.map(Character.init)) }
    }
}
