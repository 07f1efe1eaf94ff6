import HTTP
import HTTPServer
import Testing

@Suite struct RequestParserTests {
    static let conversation = Array(
        """
        \r\nPOST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello\
        POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nT: u\r\n\r\n\
        \r\n\r\nGET /last HTTP/1.0\r\n\r\nGET /unfinished HT
        """.utf8
    )
    static let expected = ["POST /a?b=c hello", "POST /c abcd", "GET /last "]

    @Test("requests come out the same wherever the bytes are split", arguments: 0...conversation.count)
    func splitOnce(at split: Int) {
        let pieces = [Self.conversation[..<split], Self.conversation[split...]]
        #expect(transcript(of: pieces) == Self.expected)
    }

    @Test("requests come out the same byte by byte")
    func byteByByte() {
        #expect(transcript(of: Self.conversation.map { [$0][...] }) == Self.expected)
    }

    @Test(
        "a refusal is the same wherever the bytes are split",
        arguments: [
            "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n", "GET / HTTP/1.1\nHost: h\n\n",
            "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: "X: 7\r\n", count: 30) + "\r\n",
            "GET / HTTP/1.1\r\nHost: h\r\nX: " + String(repeating: "7", count: 99) + "\r7\r\n\r\n",
        ]
    )
    func refusal(text: String) throws {
        let bytes = Array(text.utf8)
        let whole = try #require(transcript(of: [bytes[...]]).last)
        #expect(whole.hasPrefix("refused"))
        for split in 1..<bytes.count {
            #expect(transcript(of: [bytes[..<split], bytes[split...]]).last == whole, "split at \(split)")
        }
    }

    @Test("a head of exactly the limit is accepted, one byte more is refused")
    func headLimit() {
        let head = get("/", "X: " + String(repeating: "x", count: 100 - get("/", "X: ").utf8.count))
        #expect(head.utf8.count == 100)
        #expect(transcript(of: [Array(head.utf8)[...]], headSize: 100) == ["GET / "])
        #expect(transcript(of: [Array(head.utf8)[...]], headSize: 99) == ["refused 431"])
    }

    @Test("a client that pipelines without end does not make the parser hold what it has parsed")
    func pipeliningIsBounded() throws {
        var parser = RequestParser(limits: HTTPLimits())
        let request = Array(get().utf8)
        var toSend = Array(repeating: request, count: 10_000).flatMap { $0 }[...]
        var (held, answered) = (0, 0)
        while !toSend.isEmpty {
            parser.receive {
                held = max(held, $0.count)
                $0 += toSend.prefix(1000)
            }
            toSend = toSend.dropFirst(1000)
            while case .request = try parser.next() { answered += 1 }
        }
        #expect(answered == 10_000)
        #expect(held < request.count)
    }

    @Test("100 Continue is announced once, and not to a client that has begun to send its body")
    func continueOnce() throws {
        let head = "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        for (begun, expected) in [("", [true, false, false]), ("a", [false, false, false])] {
            var parser = RequestParser(limits: HTTPLimits())
            parser.receive { $0 += Array((head + begun).utf8) }
            let announced = try (0..<3).map { _ in
                if case .sendContinue = try parser.next() { true } else { false }
            }
            #expect(announced == expected)
        }
    }

    @Test("the stage says what is being waited for")
    func stage() throws {
        var parser = RequestParser(limits: HTTPLimits())
        #expect(parser.stage == .nothing)
        parser.receive { $0 += Array("POST / HTTP/1.1\r\n".utf8) }
        _ = try parser.next()
        #expect(parser.stage == .head)
        parser.receive { $0 += Array("Host: h\r\nContent-Length: 2\r\n\r\na".utf8) }
        _ = try parser.next()
        #expect(parser.stage == .body)
        parser.receive { $0 += Array("b\r\n".utf8) }
        _ = try parser.next()
        _ = try parser.next()
        #expect(parser.stage == .nothing)
    }

    @Test("what follows a head that upgrades is handed over untouched")
    func rest() throws {
        var parser = RequestParser(limits: HTTPLimits())
        parser.receive { $0 += Array((get("/") + "\0\r\n\u{FF}").utf8) }
        _ = try parser.next()
        #expect(parser.takeRest() == Array("\0\r\n\u{FF}".utf8))
        #expect(parser.takeRest().isEmpty)
    }

    /// Parses `pieces`: a line for each request, the last of them a refusal if there is one.
    private func transcript(of pieces: [ArraySlice<UInt8>], headSize: Int = 150) -> [String] {
        var parser = RequestParser(
            limits: limits {
                $0.headSize = headSize
                $0.bodySize = 100
            }
        )
        var lines: [String] = []
        for piece in pieces {
            parser.receive { $0 += piece }
            do {
                while case .request(let request, _) = try parser.next() {
                    lines.append("\(request.method) \(request.target) \(String(decoding: request.body, as: UTF8.self))")
                }
            } catch {
                return lines + ["refused \(error.status.code)"]
            }
        }
        return lines
    }
}
