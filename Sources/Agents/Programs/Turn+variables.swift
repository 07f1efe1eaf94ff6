import Router
import System
import Text
import WeCom

extension Turn {
    /// The variables by which a program's environment tells of the turn. All of it is verified: none is the person's own
    /// word.
    func variables(in workspace: Workspace) -> [String: String] {
        var variables = [
            "JOB_ID": job.description,
            "JOB_ATTEMPT": String(attempt),
            "JOB_DEADLINE": deadline.description,
            "SESSION_KEY": sessionKey.description,
            "WORK_DIR": workspace.path,
            "OUTBOX_DIR": workspace.outbox,
            "WECOM_LANG": language.rawValue,
        ]
        variables["TZ"] = timeZone.variable
        variables["WECOM_CORP"] = conversation.endpoint.app?.corpID.text
        variables["WECOM_APP"] = conversation.endpoint.app?.agentID.description
        variables["WECOM_BOT"] = conversation.endpoint.bot?.text
        variables["WECOM_CHAT"] = conversation.chat?.text
        variables["WECOM_USER"] = user?.text
        variables["WECOM_USER_NAME"] = person?.name
        variables["WECOM_DEPARTMENTS"] = person?.departments.map(String.init).joined(separator: ",")
        // A NUL would end the value, and none of these has one by rights.
        return variables.mapValues { $0.replacing(word: "\0", by: "") }
    }
}
