import HostileTesting
import Testing

@testable import WeCom

@Suite("names that anybody may write into a callback", .timeLimit(.minutes(2)))
struct HostileIdentifierTests {
    @Test(
        "a corp and a person are looked up in work in proportion, whatever they are called", arguments: HostileText.all)
    func identifiers(_ kind: HostileText) async {
        await Task.yield()
        let text = kind.text(bytes: min(kind.size, size))
        expectWork(of: 4 * size, microsecondsPerByte: 2, "\(kind)") {
            #expect(!Set([CorpID("ww1"), CorpID("ww2")]).contains(CorpID(text)))
            #expect(CorpID(text) != CorpID(text + "x"))
            #expect(!Set([UserID("zhangsan")]).contains(UserID(text)))
            #expect(UserID(text) != UserID("a" + text))
        }
    }

    @Test(
        "words of WeCom's own are compared in work in proportion, whatever stands in their place",
        arguments: HostileText.all)
    func words(_ kind: HostileText) async {
        await Task.yield()
        let text = kind.text(bytes: min(kind.size, size))
        for type in [text, "event"] {
            let document = """
                <xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[\(text)]]></FromUserName>
                <CreateTime>1409659813</CreateTime><MsgType><![CDATA[\(type)]]></MsgType><Event><![CDATA[\(text)]]></Event>
                <ChangeType><![CDATA[\(text)]]></ChangeType><EventKey><![CDATA[\(text)]]></EventKey></xml>
                """
            expectWork(of: document.utf8.count, microsecondsPerByte: 4, "\(kind)") {
                _ = try? InboundMessage(xml: Array(document.utf8))
            }
        }
    }

    /// No callback is longer.
    private let size = 128 << 10
}
