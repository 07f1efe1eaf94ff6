import Crypto
import HTTP
import JSON
import Router
import Testing
import WeCom

@testable import Lanes

@Suite("Whose a bot's callback is") struct BotOpenerTests {
    private func keys(_ token: String, _ key: Character = "k") throws -> CallbackKeys {
        try CallbackKeys(token: Secret(token), encodingAESKey: Secret(String(repeating: key, count: 43)))
    }

    private func bot(_ name: String, _ keys: CallbackKeys, receiver: String? = nil) -> App {
        App(
            .bot(BotID("aib-\(name)")), name: name, keys: keys,
            traits: BotTraits(receiver: receiver, isIdentified: true),
            agent: "echo", policy: .all, speech: BotWebhookLane.speech)
    }

    private func opener(_ bots: App...) -> BotOpener { BotOpener(Serving.Current(Serving(AppDirectory(bots)))) }

    private func request(_ keys: CallbackKeys, receiver: String = "", padding: Int = 0) -> HTTPRequest {
        let text = String(repeating: "x", count: padding)
        let document: JSONValue = [
            "msgid": "m1", "aibotid": "aib-a", "chattype": "single", "from": ["userid": "u1"], "msgtype": "text",
            "text": ["content": .string("hi" + text)],
        ]
        let sealed = keys.seal(
            message: document.bytes, receiver: receiver, timestamp: "1", nonce: "2", random: randomBytes(16))
        return HTTPRequest(
            .post, "/wecom/bot?\(sealed.query)",
            body: Envelope(toUserName: nil, agentID: nil, encrypted: sealed.encrypted).json)
    }

    private func refusal(_ opener: BotOpener, _ request: HTTPRequest, bot name: String? = nil) -> String? {
        do throws(CallbackRefusal) {
            _ = try opener.open(request, bot: name)
            return nil
        } catch {
            return error.label
        }
    }

    @Test("on the shared path the signature finds the bot; a signature of nobody's is refused")
    func signature() throws {
        let (a, b) = (bot("a", try keys("ta")), bot("b", try keys("tb")))
        let opener = opener(a, b)
        #expect(try opener.open(request(try keys("ta")), bot: nil).bot === a)
        #expect(try opener.open(request(try keys("tb")), bot: nil).bot === b)
        #expect(refusal(opener, request(try keys("tc"))) == "signature")
    }

    @Test("a path of its own is that bot's alone, and a name that no bot has is refused as one is that an app has")
    func path() throws {
        let app = App(
            .app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))), name: "app", keys: try keys("ta"), agent: "echo",
            policy: .all, speech: AppLane.speech)
        let opener = opener(bot("a", try keys("ta")), bot("b", try keys("tb")), app)
        #expect(try opener.open(request(try keys("ta")), bot: "a").bot.name == "a")
        #expect(refusal(opener, request(try keys("ta")), bot: "b") == "signature")
        #expect(refusal(opener, request(try keys("ta")), bot: "nobody") == "path")
        #expect(refusal(opener, request(try keys("ta")), bot: "app") == "path")
    }

    @Test("two bots with one token are told apart by the path alone")
    func sharedToken() throws {
        let opener = opener(bot("a", try keys("t")), bot("b", try keys("t")))
        #expect(refusal(opener, request(try keys("t"))) == "search")
        #expect(try opener.open(request(try keys("t")), bot: "b").bot.name == "b")
    }

    @Test("whatever a callback is sealed for is taken, unless the configuration says for whom")
    func receiver() throws {
        let free = opener(bot("a", try keys("t")))
        for receiver in ["", "aib-a", "ww1"] {
            #expect(try free.open(request(try keys("t"), receiver: receiver), bot: nil).bot.name == "a")
        }
        let strict = opener(bot("a", try keys("t"), receiver: "ww1"))
        #expect(try strict.open(request(try keys("t"), receiver: "ww1"), bot: nil).bot.name == "a")
        for receiver in ["", "ww2", "ww1 "] {
            #expect(refusal(strict, request(try keys("t"), receiver: receiver)) == "receiver")
        }
    }

    @Test("on the shared path as much is taken, and as often, as on a bot's own, of however many bots")
    func plenty() throws {
        let bots = try (0..<150).map { bot("b\($0)", try keys("t\($0)")) }
        let opener = BotOpener(Serving.Current(Serving(AppDirectory(bots))))
        for (number, bot) in bots.enumerated() {
            #expect(try opener.open(request(try keys("t\(number)")), bot: nil).bot === bot)
        }
        let large = try request(keys("t149"), padding: 180_000)
        for _ in 1...30 { #expect(try opener.open(large, bot: nil).bot === bots[149]) }
    }

    @Test("while strangers call without end, 64 bots are found all the same: those that were heard last before others")
    func strangers() throws {
        let bots = try (0..<100).map { bot("b\($0)", try keys("t\($0)")) }
        let opener = BotOpener(Serving.Current(Serving(AppDirectory(bots))))
        #expect(try opener.open(request(try keys("t99")), bot: nil).bot === bots[99])
        let stranger = try request(keys("tx"))
        let labels = (0..<100).map { _ in refusal(opener, stranger) }
        #expect(labels.first == "signature" && labels.contains("search"))
        // Whatever second it is by now.
        for _ in 1...21 { _ = refusal(opener, stranger) }
        for number in [99, 0, 62] {
            #expect(try opener.open(request(try keys("t\(number)")), bot: nil).bot === bots[number])
        }
    }

    @Test("what would take too many bytes of digests is refused, and told why")
    func tooMuch() throws {
        let bots = try (0..<100).map { bot("b\($0)", try keys("t\($0)")) }
        let opener = BotOpener(Serving.Current(Serving(AppDirectory(bots))))
        #expect(refusal(opener, try request(keys("t99"), padding: 180_000)) == "search")
        #expect(refusal(opener, try request(keys("t99"), padding: 180_000), bot: "b99") == nil)
    }

    @Test("a key that is another's opens nothing, though the token is right")
    func wrongKey() throws {
        let opener = opener(bot("a", try keys("t", "k")))
        #expect(refusal(opener, request(try keys("t", "m"))) == "malformed")
    }
}
