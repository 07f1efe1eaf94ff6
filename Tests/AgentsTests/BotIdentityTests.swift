import JSON
import Testing
import WeCom

@testable import Agents
@testable import Router

/// Tests what agents are told of a turn that an AI bot's group chat brought, beside one of an app.
@Suite struct BotIdentityTests {
    private func turn(in conversation: ConversationKey) -> Turn {
        Turn(job: JobID(42), attempt: 1, conversation: conversation, epoch: 0, sender: UserID("woAbC"), text: "hi")
    }

    private var group: Turn {
        turn(in: ConversationKey(endpoint: .bot(BotID("aibX")), peer: .chat(ChatID("wrAbC"))))
    }

    private var app: Turn {
        let key = AppKey(corpID: CorpID("ww1"), agentID: AgentID(7))
        return turn(in: ConversationKey(endpoint: .app(key), user: UserID("ZhangSan")))
    }

    private let workspace = Workspace(path: "/w", outbox: "/w/outbox", attachments: [], isReplaced: false)

    @Test("a program finds the bot, the chat and who wrote in its environment, and no corp")
    func variables() {
        let variables = group.variables(in: workspace)
        #expect(variables["SESSION_KEY"] == "bot/aibX/chat:wrAbC")
        #expect(variables["WECOM_BOT"] == "aibX" && variables["WECOM_CHAT"] == "wrAbC")
        #expect(variables["WECOM_USER"] == "woAbC")
        #expect(variables["WECOM_CORP"] == nil && variables["WECOM_APP"] == nil)
    }

    @Test("a program of an app finds what it always did")
    func appVariables() {
        let variables = app.variables(in: workspace)
        #expect(variables["SESSION_KEY"] == "ww1/7/user:zhangsan")
        #expect(variables["WECOM_CORP"] == "ww1" && variables["WECOM_APP"] == "7")
        #expect(variables["WECOM_USER"] == "ZhangSan")
        #expect(variables["WECOM_BOT"] == nil && variables["WECOM_CHAT"] == nil)
    }

    @Test("a jsonl program, a service and an ACP agent are told the same")
    func messages() throws {
        let told = [
            try #require(group.jobInput(in: workspace)["user"]),
            try #require(WebhookMessage.start(group, WebhookState(group), nil)["user"]),
        ]
        for user in told {
            #expect(user["bot"] == "aibX" && user["chat"] == "wrAbC" && user["id"] == "woAbC")
            #expect(user["corp"] == nil && user["app"] == nil)
        }
        let meta = try #require(group.identityMeta["wecom"])
        #expect(meta["bot"] == "aibX" && meta["chat"] == "wrAbC" && meta["user"] == "woAbC" && meta["corp"] == nil)
    }

    @Test("an app's people are told of in the words and the order of before")
    func appMessages() throws {
        let user = try #require(app.jobInput(in: workspace)["user"])
        #expect(user.text == #"{"corp":"ww1","app":"7","id":"ZhangSan","name":null,"departments":[]}"#)
        let told = try #require(WebhookMessage.start(app, WebhookState(app), nil)["user"])
        #expect(told.text == #"{"corp":"ww1","app":"7","id":"ZhangSan"}"#)
    }

    @Test("servers know people apart, whichever bot they write to and whichever corp they are of")
    func names() {
        #expect(app.scopedUser == "ww1:7:zhangsan")
        #expect(group.scopedUser == "bot:aibX:woabc")
        #expect(group.placeholders["bot"] == "aibX" && group.placeholders["chat"] == "wrAbC")
        #expect(group.placeholders["corp"] == "" && app.placeholders["corp"] == "ww1" && app.placeholders["bot"] == "")
    }
}
