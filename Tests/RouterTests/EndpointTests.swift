import Router
import Testing
import WeCom

@Suite struct EndpointTests {
    @Test(
        "an endpoint's text is read back as what was written",
        arguments: [
            (Endpoint.app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1_000_002))), "ww1/1000002"),
            (.app(AppKey(corpID: CorpID("bots"), agentID: AgentID(0))), "bots/0"),
            (.bot(BotID("aibAbC-_1")), "bot/aibAbC-_1"), (.bot(BotID("7")), "bot/7"), (.bot(BotID("a/b")), "bot/a/b"),
        ])
    func text(_ endpoint: Endpoint, _ text: String) {
        #expect(endpoint.description == text)
        #expect(Endpoint(text) == endpoint)
    }

    @Test("a text that names no endpoint is none", arguments: ["", "/", "ww1", "ww1/", "/1", "ww1/x", "bot/", "bot"])
    func noEndpoint(_ text: String) { #expect(Endpoint(text) == nil) }

    @Test("what begins a bot's key is no corp")
    func noCorp() { #expect(AppKey("bot/7") == nil) }

    @Test("the id of a bot goes by its spelling")
    func spelling() { #expect(Endpoint("bot/aibA") != Endpoint("bot/aiba")) }

    @Test("users are named by the corp of an app, and by the bot itself")
    func scope() {
        #expect(Endpoint("ww1/2")?.scoped(UserID("ZhangSan")) == "ww1:zhangsan")
        #expect(Endpoint("bot/aibX")?.scoped(UserID("ZhangSan")) == "bot/aibX:zhangsan")
    }
}
