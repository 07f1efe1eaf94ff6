import Crypto
import HTTP
import HTTPServer
import JSON
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import Lanes

@Suite("what a server sends over a bot's connection, whatever it is", .timeLimit(.minutes(1)))
struct BotRubbishTests {
    private static let message =
        #"{"cmd":"aibot_msg_callback","headers":{"req_id":"R"},"body":{"msgid":"M","text":{"content":"still here"}}}"#

    private static let meaningless: [String] = [
        "", "{", "[]", "null", "\"x\"", #"{"cmd":"aibot_msg"#, #"{"cmd":"dance","headers":{}}"#, "{}",
        #"{"cmd":"aibot_msg_callback"}"#, #"{"cmd":"aibot_msg_callback","headers":{}}"#,
        #"{"cmd":"aibot_msg_callback","headers":{"req_id":"R"}}"#, #"{"cmd":7,"headers":{"req_id":"R"},"body":{}}"#,
        #"{"cmd":"aibot_event_callback","headers":{"req_id":["R"]},"body":{}}"#,
        #"{"cmd":"aibot_msg_callback","cmd":"aibot_msg_callback","headers":{"req_id":"R"},"body":{}}"#,
        String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000),
        #"{"headers":{"req_id":"\#(String(repeating: "x", count: 100_000))"},"errcode":0}"#,
    ]

    @Test("a frame that means nothing is left out with one line, and what follows is heard")
    func meaningless() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                for text in Self.meaningless { await world.wecom.sockets.write(Array(text.utf8), to: world.bot.id) }
                await world.wecom.sockets.write(Array(Self.message.utf8), to: world.bot.id)
                try await eventually { world.heard.texts == ["still here"] }
                #expect(connection.status.isReady && world.opened == 1)
            }
            let lines = world.capture.finish().split(separator: "\n")
            #expect(lines.count { $0.contains("means nothing to us") } == 1)
            #expect(lines.allSatisfy { $0.utf8.count < 2000 })
        }
    }

    @Test("answers that nobody waits for are dropped, however many")
    func strangeAnswers() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                for number in 0..<2000 {
                    let answer = #"{"headers":{"req_id":"none-\#(number)"},"errcode":\#(number % 3)}"#
                    await world.wecom.sockets.write(Array(answer.utf8), to: world.bot.id)
                }
                await world.wecom.sockets.write(Array(Self.message.utf8), to: world.bot.id)
                try await eventually { world.heard.texts == ["still here"] }
                #expect(connection.status.isReady)
            }
        }
    }

    @Test("a message of 20 MB costs the connection, with one line that says so")
    func tooLarge() async throws {
        try await withLiveBot { world in
            try await world.ready { connection in
                let large = Array(#"{"cmd":""#.utf8) + [UInt8](repeating: 0x78, count: 20 << 20)
                await world.wecom.sockets.write(large, to: world.bot.id)
                try await connection.comes(to: .retrying)
                #expect(connection.status.why.contains("larger than"))
                world.clock.advance(by: .seconds(1))
                try await connection.comes(to: .ready)
            }
            #expect(world.capture.finish().split(separator: "\n").count { $0.contains("larger than") } == 1)
        }
    }

    private static let half = Array(WebSocketFrame(.text, Array(message.utf8)).encoded(nil).dropLast(9))
    private static let masked = WebSocketFrame(.text, Array(message.utf8)).encoded(WebSocketMask([1, 2, 3, 4]))

    @Test(
        "a server that breaks the protocol is left, told apart in words, and tried again",
        arguments: [
            ("half a frame", half, "without a close"),
            ("a masked frame", masked, "is masked"),
            ("a reserved bit", [0xF1, 0x00], "extension"),
            ("a reserved opcode", [0x83, 0x00], "opcode"),
            ("text that is none", [0x81, 0x02, 0xC3, 0x28], "UTF-8"),
            ("a close without a code", [0x88, 0x00], "no code"),
            ("half a close code", [0x88, 0x01, 0x03], "half a code"),
        ] as [(String, [UInt8], String)])
    func broken(_ what: String, _ bytes: [UInt8], _ words: String) async throws {
        try await withLiveBot { world in
            try await withListener { request in
                rawWebSocket(answering: request, bytes)
            } _: { port in
                let connection = world.connection(to: "ws://127.0.0.1:\(port)/")
                try await world.running(connection) {
                    try await connection.comes(to: .retrying)
                    #expect(connection.status.why.contains(words), "\(what): \(connection.status.why)")
                    world.clock.advance(by: .seconds(1))
                    try await eventually { connection.status.failures == 2 }
                }
            }
            #expect(world.heard.frames.isEmpty)
        }
    }
}

/// Opens a WebSocket, takes the first frame, writes these bytes and ends.
private func rawWebSocket(answering request: HTTPRequest, _ bytes: [UInt8]) -> HTTPResponse {
    guard let upgrade = try? WebSocketUpgrade(request) else { return .text(.badRequest, "") }
    let accept = Base64.encode(sha1(Array(upgrade.key.challenge.utf8)))
    return .upgrade(to: "websocket", headers: ["Sec-WebSocket-Accept": accept]) { connection in
        _ = try? await connection.read()
        try? await connection.write(bytes)
    }
}
