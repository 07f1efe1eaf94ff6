import Observability
import Router
import System
import Testing
import WeCom

@testable import Lanes

/// Tests the hint at a bot whose lists know none of the encrypted ids that WeCom tells.
@Suite struct EncryptedIDTests {
    private func bot(_ name: String, _ policy: Policy) -> App {
        App(.bot(BotID("aib-\(name)")), name: name, keys: nil, agent: "echo", policy: policy, speech: .least)
    }

    /// Counts the hints after somebody has been refused by each of the bots.
    private func hints(_ user: String, refusedBy apps: [App]) -> Int {
        let lines = Lock<[UInt8]>([])
        let sink = LogSink(format: .json, capacity: 1000) { bytes in lines.withLock { $0 += bytes } }
        let current = Serving.Current(Serving(AppDirectory(apps), maxMessageAge: nil))
        let record = CallbackRecord(metrics: CallbackMetrics(Metrics(), of: current), log: Logger(to: sink))
        for app in apps {
            let message = InboundMessage(
                corp: nil, sender: .member(UserID(user)), createTime: .now, agentID: nil, messageID: "M",
                content: .text("hello"))
            record.report(Acceptance(.notice(.refusal)), of: message, to: app, record.log(of: message, to: app))
        }
        sink.close()
        return String(decoding: lines.withLock { $0 }, as: UTF8.self).split(separator: "\n").count {
            $0.contains("whose id is an encrypted one")
        }
    }

    private let some = Policy(users: [UserID("zhangsan")])

    @Test("a bot that refuses an encrypted id says what to do, once an hour; each bot for itself")
    func once() {
        let bot = bot("a", some)
        #expect(hints("woAJ2GCAAAXtWyujaWJHDDGi0mACHAAA", refusedBy: [bot, bot, bot]) == 1)
        #expect(hints("WOAJ2GCAAAXtWyujaWJHDDGi0mACHAAA", refusedBy: [bot, self.bot("b", some)]) == 2)
    }

    @Test("no other id, no id of an app's people, and none that a list has is hinted at")
    func others() throws {
        #expect(hints("lisi", refusedBy: [bot("a", some)]) == 0)
        #expect(hints("wolfgang", refusedBy: [try TestApp("dept", policy: some).app]) == 0)
        #expect(hints("woA", refusedBy: [bot("a", Policy(users: [UserID("woA")]))]) == 0, "its group is refused")
    }
}
