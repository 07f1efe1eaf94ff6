import Foundation
import HTTP
import ProgramTesting
import SeededTesting
import System
import Testing

@testable import Agents

/// Each turn runs in a process of its own: what the kernel says of that is all that the turn took.
@Suite("one turn's memory", .timeLimit(.minutes(5)), .serialized)
struct TurnMemoryTests {
    /// The limit that docs/architecture.md promises.
    private static let most = 64 << 20
    private static let mostWithFiles = 160 << 20

    @Test("an endpoint's answer of nothing but values is refused", arguments: JSONShape.allCases)
    func endpointOfValues(shape: JSONShape) async throws {
        let turn = try await answered(
            "openai", by: #"{"choices":[{"index":0,"x":"#, shape.text(ofBytes: 8_000_000), "}]}")
        #expect(turn.end.contains("too many values"))
        #expect(turn.peak < TurnMemoryTests.most, "\(turn)")
    }

    @Test("an endpoint's answer is no longer than one of its events may be")
    func longEndpoint() async throws {
        let turn = try await answered("openai", by: "[", JSONShape.zeros.text(ofBytes: 47_800_000), "]")
        #expect(turn.end.contains("the answer is larger than 8388608 bytes"))
        #expect(turn.peak < TurnMemoryTests.most, "\(turn)")
    }

    @Test("an endpoint's longest answer fits in")
    func longestEndpoint() async throws {
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 8_300_000)
        let turn = try await answered(
            "openai", by: #"{"choices":[{"index":0,"finish_reason":"stop","message":{"reasoning":""#, text,
            #"","content":"done"}}]}"#)
        #expect(turn.end == "4 bytes")
        #expect(turn.peak < TurnMemoryTests.most, "\(turn)")
    }

    @Test("a service's answer of nothing but values is refused", arguments: JSONShape.allCases)
    func serviceOfValues(shape: JSONShape) async throws {
        let turn = try await answered("http", by: #"{"text":"x","x":"#, shape.text(ofBytes: 28_000_000), "}")
        #expect(turn.end.contains("too many values"))
        #expect(turn.peak < TurnMemoryTests.most, "\(turn)")
    }

    @Test("a service's longest answer, a file of 20 MiB, fits in")
    func longestService() async throws {
        let file = [UInt8](repeating: UInt8(ascii: "A"), count: 20 << 20 / 3 * 4)
        let turn = try await answered(
            "http", by: #"{"text":"done","attachments":[{"name":"a","base64":""#, file, #""}]}"#)
        #expect(turn.end == "4 bytes")
        #expect(turn.peak < TurnMemoryTests.mostWithFiles, "\(turn)")
    }

    @Test("a program's line of nothing but values is passed over", arguments: JSONShape.allCases)
    func lineOfValues(shape: JSONShape) async throws {
        let turn = try await saidLine(#"{"type":"delta","x":"#, shape.text(ofBytes: 8_300_000), "}")
        #expect(turn.end == "4 bytes")
        #expect(turn.peak < TurnMemoryTests.most, "\(turn)")
    }

    @Test("a program's longest line fits in")
    func longestLine() async throws {
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: 8_300_000)
        let turn = try await saidLine(#"{"type":"delta","text":""#, text, #""}"#)
        #expect(turn.end == "4 bytes")
        #expect(turn.peak < TurnMemoryTests.most, "\(turn)")
    }

    @Test("an ACP agent's message of nothing but values is passed over", arguments: JSONShape.allCases)
    func messageOfValues(shape: JSONShape) async throws {
        let turn = try await saidMessage(shape.text(ofBytes: 8_300_000))
        #expect(turn.end == "4 bytes")
        #expect(turn.peak < TurnMemoryTests.most, "\(turn)")
    }

    // MARK: The trial

    private struct Trial: CustomStringConvertible {
        let peak: Int
        let end: String
        var description: String { "\(peak >> 20) MiB: \(end)" }
    }

    private func trial(_ words: [String]) async throws -> Trial {
        let (reading, writing) = try ChildProcess.pipe()
        let child = try ChildProcess(product("MemoryTrial"), words, output: writing.fileDescriptor)
        try writing.close()
        let output = await onThread { [reading] in (reading.readDataToEndOfFile(), child.wait()) }
        #expect(output.1 == .exited(0))
        let lines = String(decoding: output.0, as: UTF8.self).split(separator: "\n", maxSplits: 1)
        return Trial(peak: try #require(lines.first.flatMap { Int($0) }), end: String(lines.last?.dropLast() ?? ""))
    }

    private func answered(
        _ kind: String, by opening: String, _ middle: [UInt8], _ closing: String
    ) async throws -> Trial {
        let body = Array(opening.utf8) + middle + Array(closing.utf8)
        var turn: Trial?
        try await ServerWorld.with(answering: { _ in .json(.ok, body) }) { world in
            turn = try await trial([kind, world.url])
        }
        return try #require(turn)
    }

    /// The line, and then the program's last word.
    private func saidLine(_ opening: String, _ middle: [UInt8], _ closing: String) async throws -> Trial {
        try await spoken(
            "command", Array(opening.utf8) + middle + Array(closing.utf8),
            #"read x; cat line; echo; echo '{"type":"final","text":"done"}'"#)
    }

    private func saidMessage(_ update: [UInt8]) async throws -> Trial {
        let text =
            #"{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s","update":{"sessionUpdate":"plan","x":"#
        let done =
            #"{"sessionUpdate":"agent_message_chunk","content":{"type":"text","text":"done"}}"#
        return try await spoken(
            "acp", Array(text.utf8) + update + Array("}}}".utf8),
            """
            read x; echo '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":1}}'
            read x; echo '{"jsonrpc":"2.0","id":1,"result":{"sessionId":"s"}}'
            read x; cat line; echo
            echo '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s","update":\(done)}}'
            echo '{"jsonrpc":"2.0","id":2,"result":{"stopReason":"end_turn"}}'; read x
            """)
    }

    private func spoken(_ kind: String, _ line: [UInt8], _ script: String) async throws -> Trial {
        let directory = try TemporaryDirectory(prefix: "memory-")
        try Data(line).write(to: URL(fileURLWithPath: directory.path + "/line"))
        let turn = try await trial(
            [kind, directory.path + "/work", "sh", "-c", "cd '\(directory.path)'; \(script)"])
        withExtendedLifetime(directory) {}
        return turn
    }
}
