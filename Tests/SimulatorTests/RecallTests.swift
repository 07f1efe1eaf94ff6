import JSON
import Simulator
import Testing
import WeCom

@Suite("Messages that are taken back from the simulated WeCom", .timeLimit(.minutes(2)))
struct RecallTests {
    private func recall(_ world: World, _ id: JSONValue, app: Int = 0) async throws -> JSONValue? {
        try await world.call("message/recall", ["msgid": id], app: app)["errcode"]
    }

    @Test("an app takes its message back within 24 hours, and no other app does")
    func recall() async throws {
        try await withWorld { world in
            let id = try #require(try await world.send("text", ["content": "oops"])["msgid"])
            #expect(try await recall(world, id, app: 1) == 40058)
            #expect(try await recall(world, "nobody's") == 40058)
            #expect(world.wecom.transcript.recalls.isEmpty)
            #expect(try await recall(world, id) == 0)
            #expect(try await recall(world, id) == 0)
            #expect(world.wecom.transcript.recalls.map(\.text) == ["oops"])
            #expect(world.wecom.transcript.delivered.map(\.isRecalled) == [true])
        }
    }

    @Test("after 24 hours it is too late")
    func late() async throws {
        try await withWorld { world in
            let id = try #require(try await world.send("text", ["content": "oops"])["msgid"])
            world.wecom.clock.advance(by: .seconds(24 * 3600 + 1))
            #expect(try await recall(world, id) == 42052)
        }
    }

    @Test("a transcript that keeps the last few counts all of them")
    func keeping() async throws {
        try await withWorld(keeping: 8) { world in
            for number in 1...20 { _ = try await world.send("text", ["content": .string("\(number)")]) }
            let kept = await world.wecom.transcript.delivered(atLeast: 20).map(\.text)
            #expect(kept.count <= 8 && kept.last == "20")
            let (seen, next) = await world.wecom.transcript.happenings(from: 18)
            #expect(seen.count == 2 && next == 20)
            #expect(try await recall(world, "msg1") == 40058)
        }
    }
}
