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
