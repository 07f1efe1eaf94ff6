import JSON
import Testing

@testable import Agents

@Suite struct JSONLinesTests {
    @Test("values come out line by line, wherever the bytes are split")
    func split() {
        let text = Array("{\"a\":\"é — 你好\"}\n\n  \r\n[1,2]\r\n\"last\"".utf8)
        let whole: [JSONLines.Line] = [.value(["a": "é — 你好"]), .value([1, 2]), .value("last")]
        for size in 1...text.count {
            var lines = JSONLines()
            var seen: [JSONLines.Line] = []
            for start in stride(from: 0, to: text.count, by: size) {
                seen += lines.receive(Array(text[start..<min(start + size, text.count)]))
            }
            seen += lines.finish().map { [$0] } ?? []
            #expect(seen == whole, "pieces of \(size)")
        }
    }

    @Test("what is no JSON is reported by its first bytes, and the next line is read all the same")
    func noise() throws {
        var lines = JSONLines()
        let seen = lines.receive(Array("Reading config…\n{\"ok\":true}\n".utf8))
        guard case .noise(let text, let error)? = seen.first else {
            Issue.record("no noise but \(seen)")
            return
        }
        #expect(text == "Reading config…")
        #expect(error.offset == 0)
        #expect(seen.last == .value(["ok": true]))
        guard case .noise(let start, _)? = lines.receive(Array((String(repeating: "x", count: 500) + "\n").utf8)).first
        else {
            Issue.record("no noise")
            return
        }
        #expect(start.count == 200)
    }

    @Test("a line that is too long is left out, and what follows it is read")
    func tooLong() {
        var lines = JSONLines(longestLine: 5)
        #expect(lines.receive(Array("12345\n".utf8)) == [.value(12345)])
        #expect(lines.receive(Array("1234".utf8)).isEmpty)
        #expect(lines.receive(Array("56".utf8)).isEmpty)
        #expect(lines.receive(Array("7\n8\n".utf8)) == [.tooLong(7), .value(8)])
        #expect(lines.receive(Array("123456".utf8)).isEmpty)
        #expect(lines.finish() == .tooLong(6))
        #expect(lines.finish() == nil)
    }

    @Test("a value written as a line is read back, whatever it contains")
    func roundTrip() {
        let value: JSONValue = ["text": "one\ntwo\r\n\u{2028}\u{0}"]
        #expect(value.line.count { $0 == 0x0A } == 1)
        var lines = JSONLines()
        #expect(lines.receive(value.line) == [.value(value)])
    }
}
