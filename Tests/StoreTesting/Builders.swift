package import Router
package import System
import TestSupport
import WeCom

package let appA = Endpoint.app(AppKey(corpID: CorpID("ww_corp_a"), agentID: AgentID(1)))
package let appB = Endpoint.app(AppKey(corpID: CorpID("ww_corp_b"), agentID: AgentID(1)))

/// Counts so many seconds into the test's own time.
package func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_900_000_000 + seconds) }

/// An app as the configuration would have it.
package func app(_ endpoint: Endpoint, _ conduct: Conduct = Conduct(), texts: ChatTexts = .chinese) throws -> App {
    guard let key = endpoint.app else { throw Unexpected("\(endpoint) is no app") }
    let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
    var speech = Speech.least
    speech.recalls = true
    return App(
        .app(key), name: "\(key)", keys: keys, agent: "echo", policy: .all, speech: speech, conduct: conduct,
        texts: texts)
}

extension CrashRecovery {
    /// Lets the jobs of one app fail that a crash broke off; those of others run again.
    package static func failing(_ endpoint: Endpoint) throws -> CrashRecovery {
        var conduct = Conduct()
        conduct.onCrash = .fail
        let app = try app(endpoint, conduct)
        return CrashRecovery { $0 == endpoint ? app : nil }
    }
}

package func address(_ user: String = "zhangsan") -> ReplyAddress { .user(UserID(user)) }

package func part(_ text: String, to user: String = "zhangsan") -> Part { Part(to: address(user), text) }

package func submission(
    _ text: String, from user: String = "zhangsan", to app: Endpoint = appA, id: Int,
    _ rules: (inout JobRequest) -> Void = { _ in }
) -> Submission {
    let message = InboundMessage(
        corp: app.app?.corpID ?? CorpID(""),
        sender: .member(UserID(user)),
        createTime: time(0),
        agentID: app.app?.agentID,
        messageID: String(id),
        content: .text(text)
    )
    var request = JobRequest(
        AcceptedMessage(
            from: UserID(user), text: text, messageID: String(id), sentAt: time(0), replyAddress: .user(UserID(user))),
        refusal: Notice(.tooMuch, part("too many wait", to: user)))
    rules(&request)
    return Submission(
        key: DedupKey(of: message, document: [], to: app),
        conversation: ConversationKey(endpoint: app, user: UserID(user)), .job(request))
}

extension Part {
    package var text: String { excerpt }
}
