import SeededTesting
import Testing

@testable import Agents

@Suite struct ServerSentEventsTests {
    private func events(_ text: String) throws -> [ServerSentEvent] {
        var stream = ServerSentEvents()
        return try stream.receive(Array(text.utf8))
    }

    private func event(_ data: String, _ type: String = "message", id: String = "") -> ServerSentEvent {
        ServerSentEvent(type: type, data: data, lastID: id)
    }

    @Test(
        "lines end with LF, CR LF or CR, all the same",
        arguments: ["\n", "\r\n", "\r"]
    )
    func lineEnds(end: String) throws {
        let text = ["event: tick", "data: one", "data: two", "", "data: three", "", ""].joined(separator: end)
        #expect(try events(text) == [event("one\ntwo", "tick"), event("three")])
    }

    @Test("the examples of the standard give what the standard says")
    func standard() throws {
        #expect(try events("data: YHOO\ndata: +2\ndata: 10\n\n") == [event("YHOO\n+2\n10")])
        let second = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"
        #expect(
            try events(second)
                == [event("first event", id: "1"), event("second event"), event(" third event")])
        #expect(try events("data\n\ndata\ndata\n\ndata:\n") == [event(""), event("\n")])
        #expect(try events("data:test\n\ndata: test\n\n") == [event("test"), event("test")])
    }

    @Test("an event without data is none, and its type does not pass to the next")
    func ping() throws {
        #expect(try events("event: ping\n\ndata: x\n\n") == [event("x")])
    }

    @Test("comments, unknown fields and a byte order mark at the start are passed over")
    func passedOver() throws {
        #expect(try events("\u{FEFF}data: x\n:keep-alive\nfoo: bar\nDATA: no\n\n") == [event("x")])
        #expect(try events("data: a\n\n\u{FEFF}data: b\n\n") == [event("a")])
    }

    @Test("an id stays for the events that follow, but not one with a NUL")
    func identifiers() throws {
        #expect(
            try events("id: 7\ndata: a\n\ndata: b\n\nid: 8\u{0}\ndata: c\n\n")
                == [event("a", id: "7"), event("b", id: "7"), event("c", id: "7")])
    }

    @Test("how long to wait is read where it is a number")
    func retry() throws {
        var stream = ServerSentEvents()
        _ = try stream.receive(Array("retry: soon\nretry: -1\nretry:\nretry: 99999999999999999999\n".utf8))
        #expect(stream.retry == nil)
        _ = try stream.receive(Array("retry: 2500\n".utf8))
        #expect(stream.retry == .milliseconds(2500))
    }

    @Test("a stream gives the same events however its bytes are split")
    func split() throws {
        let text = Array("\u{FEFF}event: 更新\r\ndata: 你好\rdata: 世界\n\r\n: x\r\rid: 1\ndata: 終\r\n\r\n".utf8)
        var whole = ServerSentEvents()
        let expected = try whole.receive(text)
        #expect(expected == [event("你好\n世界", "更新"), event("終", id: "1")])
        var numbers = SeededNumbers()
        for _ in 0..<500 {
            var stream = ServerSentEvents()
            var (seen, rest): ([ServerSentEvent], ArraySlice<UInt8>) = ([], text[...])
            while !rest.isEmpty {
                let count = Int.random(in: 1...rest.count, using: &numbers)
                seen += try stream.receive(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(seen == expected, "seed \(numbers.seed)")
        }
    }

    @Test("a line or an event that is too long ends the reading")
    func limits() throws {
        var stream = ServerSentEvents(longestEvent: 20)
        #expect(try stream.receive(Array("data: 0123456789\n\n".utf8)) == [event("0123456789")])
        #expect(throws: ServerSentEvents.TooLong(limit: 20)) {
            try stream.receive(Array("data: 0123456789\ndata: 0123456789\n".utf8))
        }
        var other = ServerSentEvents(longestEvent: 20)
        #expect(throws: ServerSentEvents.TooLong(limit: 20)) {
            try other.receive(Array("data: 01234567890123456789\n".utf8))
        }
    }
}
