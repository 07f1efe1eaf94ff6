import JSON
import Router
import System
import Testing
import WeCom

@testable import RouterServer

@Suite("Messages that a bot is to send", .timeLimit(.minutes(5))) struct BotMessageTests {
    private static let card: JSONValue = [
        "card_type": "text_notice", "main_title": ["title": "t"], "card_action": ["type": 1, "url": "https://a.b/"],
    ]

    private func bot(_ name: String, isCalled: Bool = false) -> Configuration.Bot {
        let key = Secret("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
        var bot = Configuration.Bot(
            name: name,
            isCalled
                ? .webhook(.init(token: Secret("t-\(name)"), encodingAESKey: key))
                : .socket(.init(secret: Secret("s"))),
            agent: "echo")
        bot.botID = BotID("aib-\(name)")
        bot.policy = Policy(users: [UserID("u1")])
        bot.policy.chats.some = [ChatID("wrA")]
        return bot
    }

    private func directory(
        apps: Int = 0, _ adjust: (inout Configuration) -> Void = { _ in }
    ) throws -> AppDirectory {
        var configuration = Configuration()
        configuration.apps = (0..<apps).map { number in
            Configuration.App(
                name: "dept-\(number)", corpID: CorpID("ww1"), corpSecret: Secret("s"),
                agentID: AgentID(Int64(number)), token: Secret("t"),
                encodingAESKey: Secret(String(repeating: "k", count: 43)), agent: "echo")
        }
        configuration.bots = [bot("work"), bot("desk", isCalled: true)]
        adjust(&configuration)
        return try configuration.directory()
    }

    private func request(
        _ members: KeyValuePairs<String, JSONValue>, _ directory: AppDirectory
    ) throws -> MessageRequest {
        try MessageRequest(.object(members.map { .init($0.key, $0.value) }), directory)
    }

    private func fault(_ members: KeyValuePairs<String, JSONValue>, _ directory: AppDirectory) -> String {
        do {
            _ = try request(members, directory)
            return "none"
        } catch { return "\(error)" }
    }

    @Test("go to the person or the group by the bot's connection, a text as Markdown, flat or not")
    func addressed() async throws {
        let directory = try directory()
        let words: JSONValue = ["content": "**hi**"]
        let ways: [(KeyValuePairs<String, JSONValue>, ReplyAddress.Target)] = [
            (["bot": "work", "touser": "u1", "msgtype": "text", "text": words], .user(UserID("u1"))),
            (["bot": "bot/aib-work", "touser": "u1", "msgtype": "markdown", "markdown": words], .user(UserID("u1"))),
            (["bot": "work", "chat": "wrA", "content": "**hi**"], .chat(ChatID("wrA"))),
        ]
        let folder = try TemporaryDirectory(prefix: "server-tests-")
        let blobs = try BlobFolder(at: folder.path + "/blobs")
        for (members, target) in ways {
            let request = try request(members, directory)
            #expect(request.endpoint == .bot(BotID("aib-work")) && request.needsServer)
            #expect(request.address == ReplyAddress(target, by: [Way(.push)]))
            #expect(try await request.body(keepingFilesIn: blobs) == .message(.markdown("**hi**")))
        }
    }

    @Test("are refused with their field where a bot cannot, or may not, send them")
    func refused() throws {
        let directory = try directory()
        let text: JSONValue = ["content": "hi"]
        let long = JSONValue.string(String(repeating: "x", count: BotReply.maxTextBytes + 1))
        let cases: [(KeyValuePairs<String, JSONValue>, String)] = [
            (["bot": "work", "touser": "u2", "content": "hi"], "touser is not among the allowed_users of bot work"),
            (["bot": "work", "chat": "wrB", "content": "hi"], "chat is not among the allowed_conversations"),
            (["bot": "work", "chat": "wr a", "content": "hi"], "chat is \"wr a\", which is no id"),
            (["bot": "work", "touser": "u1|u2", "content": "hi"], "touser must be one person"),
            (["bot": "work", "touser": "@all", "content": "hi"], "touser must be one person"),
            (["bot": "work", "toparty": "2", "msgtype": "text", "text": text], "touser is missing"),
            (["bot": "work", "touser": "u1", "chat": "wrA", "content": "hi"], "chat stands beside touser"),
            (["bot": "work", "touser": "u1", "content": " "], "text.content"),
            (["bot": "work", "touser": "u1", "content": long], "text.content has 20481 bytes"),
            (["bot": "work", "touser": "u1", "msgtype": "news", "news": ["articles": []]], "msgtype must be one of"),
            (
                ["bot": "work", "touser": "u1", "msgtype": "image", "image": ["media_id": "m"]],
                "give the file as upload"
            ),
            (
                ["bot": "work", "touser": "u1", "msgtype": "text", "text": text, "safe": 1],
                "safe is nothing that a bot's message"
            ),
            (
                ["bot": "work", "chat": "wrA", "msgtype": "template_card", "template_card": Self.card],
                "single chats only"
            ),
            (["bot": "desk", "touser": "u1", "content": "hi"], "bot names desk, a webhook bot, which can only answer"),
            (["bot": "wrok", "touser": "u1", "content": "hi"], "did you mean work?"),
            (["bot": 1, "touser": "u1", "content": "hi"], "bot must be a string"),
            (["app": "work", "touser": "u1", "content": "hi"], "app names work, which is a bot"),
            (["app": "dept", "bot": "work", "touser": "u1", "content": "hi"], "bot stands beside app"),
            (["bot": "work", "bot": "work", "touser": "u1", "content": "hi"], "bot stands there twice"),
        ]
        for (members, words) in cases {
            let found = fault(members, directory)
            #expect(found.contains(words), "\(members): \(found)")
        }
        _ = try request(
            ["bot": "work", "touser": "u1", "msgtype": "template_card", "template_card": Self.card], directory)
    }

    @Test("need no name where there is one bot and no app, or a default_bot; a group chat means a bot")
    func unnamed() throws {
        let message: KeyValuePairs<String, JSONValue> = ["touser": "u1", "content": "hi"]
        #expect(fault(message, try directory()).contains("bot is missing"))
        let named = try directory { $0.defaultBot = "work" }
        #expect(try request(message, named).endpoint == .bot(BotID("aib-work")))
        let alone = try directory { $0.bots.removeLast() }
        #expect(try request(message, alone).endpoint == .bot(BotID("aib-work")))
        let both = try directory(apps: 1) { $0.bots.removeLast() }
        #expect(try request(message, both).endpoint.app != nil)
        #expect(try request(["chat": "wrA", "content": "hi"], both).endpoint == .bot(BotID("aib-work")))
        #expect(fault(message, try directory(apps: 2)).contains("app is missing"))
        let called = try directory(apps: 1) {
            $0.defaultBot = "desk"
            $0.bots[1].fallbackApp = "dept-0"
        }
        #expect(
            fault(["chat": "wrA", "content": "hi"], called).contains("send through its fallback_app (dept-0)"))
        let disabled = try directory { $0.bots[0].isEnabled = false }
        #expect(fault(["bot": "work", "touser": "u1", "content": "hi"], disabled).contains("which is disabled"))
    }

    @Test("with send_defaults to a person do not add one to a group")
    func defaults() throws {
        let directory = try directory { $0.bots[0].conduct.sendDefaults.users = "u1" }
        #expect(try request(["bot": "work", "content": "hi"], directory).address.target == .user(UserID("u1")))
        #expect(
            try request(["bot": "work", "chat": "wrA", "content": "hi"], directory).address.target
                == .chat(ChatID("wrA")))
    }
}
