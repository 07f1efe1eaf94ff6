import Router
import System
import Testing
import WeCom

@Suite struct DedupKeyTests {
    @Test("app, person and MsgId make a message, and nothing else does")
    func parts() {
        let key = self.key()
        #expect(key == self.key(document: [9]))
        #expect(key == self.key(at: 99))
        #expect(key == self.key(user: "ZHANGSAN"))
        #expect(key != self.key(user: "lisi"))
        #expect(key != self.key(id: "8"))
        #expect(key != self.key(app: AppKey(corpID: CorpID("ww1"), agentID: AgentID(2))))
        #expect(key != self.key(app: AppKey(corpID: CorpID("ww2"), agentID: AgentID(1))))
        #expect(key.digest.count == 16)
    }

    @Test("the stamp is the MsgId where that is a number, else the time")
    func stamps() {
        #expect(key(id: "1234567890123456").stamp == 1_234_567_890_123_456)
        #expect(key(id: "abc", at: 7).stamp == 7)
        #expect(key(id: nil, at: 7).stamp == 7)
        #expect(key(id: "18446744073709551615").stamp == -1)
    }

    @Test("without a MsgId the document decides")
    func documents() {
        #expect(key(id: nil, document: [1]) == key(id: nil, document: [1]))
        #expect(key(id: nil, document: [1]) != key(id: nil, document: [2]))
        #expect(
            key(id: nil, document: [1])
                != key(app: AppKey(corpID: CorpID("ww1"), agentID: AgentID(2)), id: nil, document: [1])
        )
    }

    @Test("a bot's copies are one whenever they come, and another message or another bot's is another")
    func bots() {
        func key(
            _ id: String = "M/1=", bot: String = "aib1", at second: Int64 = 1, from user: UserID? = nil
        ) -> DedupKey {
            let message = InboundMessage(
                corp: nil, sender: user.map { .member($0) } ?? .platform, createTime: Timestamp(seconds: second),
                agentID: nil, messageID: id, content: .text("hello"))
            return DedupKey(of: message, document: [UInt8(second)], to: .bot(BotID(bot)))
        }
        #expect(key() == key(at: 99) && key(from: UserID("u")) == key(at: 7, from: UserID("u")))
        #expect(key() != key("M/2=") && key() != key(bot: "aib2"))
        #expect(key("71").stamp == 71 && key("71", at: 9) == key("71"))
    }

    private func key(
        app: AppKey = AppKey(corpID: CorpID("ww1"), agentID: AgentID(1)),
        user: String = "zhangsan",
        id: String? = "7",
        at second: Int64 = 5,
        document: [UInt8] = []
    ) -> DedupKey {
        let message = InboundMessage(
            corp: app.corpID,
            sender: .member(UserID(user)),
            createTime: Timestamp(seconds: second),
            agentID: app.agentID,
            messageID: id,
            content: .text("hello")
        )
        return DedupKey(of: message, document: document, to: .app(app))
    }
}
