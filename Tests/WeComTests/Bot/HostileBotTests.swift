import HostileTesting
import JSON
import System
import Testing
import WeCom

@Suite("what anybody may write to a bot", .timeLimit(.minutes(2)))
struct HostileBotTests {
    /// A message is not longer than that.
    private let size = 64 << 10

    @Test("a document is read in work in proportion, whatever stands where", arguments: HostileText.all)
    func documents(_ kind: HostileText) async {
        await Task.yield()
        let text = JSONValue.string(kind.text(bytes: min(kind.size, size)))
        let names: [JSONValue] = [
            [
                "msgid": "1", "chattype": "single", "from": ["userid": "u"], "msgtype": "text",
                "text": ["content": text],
            ],
            ["msgid": text, "chattype": text, "from": ["userid": text], "msgtype": text],
            ["msgid": "1", "from": ["userid": "u"], "msgtype": "event", "event": ["eventtype": text, "reason": text]],
            ["cmd": text, "headers": ["req_id": text], "errcode": text, "errmsg": text],
            ["cmd": "aibot_event_callback", "body": ["event": ["eventtype": text, "reason": text]]],
        ]
        for document in names.map(\.bytes) {
            expectWork(of: document.count, microsecondsPerByte: 4, "\(kind)") {
                _ = try? BotDocument(parsing: document, receivedAt: Timestamp(seconds: 1))
                _ = try? BotFrame(parsing: document)
            }
        }
    }

    @Test("members by the thousand, and the same again and again, are looked through in proportion")
    func members() async {
        await Task.yield()
        for document in HostileDocument.json(size: size) {
            expectWork(of: document.bytes.count, microsecondsPerByte: 4, "\(document)") {
                _ = try? BotDocument(parsing: document.bytes, receivedAt: Timestamp(seconds: 1))
                _ = try? BotFrame(parsing: document.bytes)
            }
        }
    }

    @Test("a mention is taken off in work in proportion", arguments: HostileText.all)
    func mentions(_ kind: HostileText) async {
        await Task.yield()
        let text = "@" + kind.text(bytes: min(kind.size, size))
        expectWork(of: 3 * text.utf8.count, microsecondsPerByte: 4, "\(kind)") {
            _ = withoutLeadingMention(text)
            _ = withoutLeadingMention(text, of: text)
            _ = withoutLeadingMention(text + " x", of: String(text.dropFirst()))
        }
    }
}
