import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import System
import Testing
import WeCom

@Suite("What people send besides text", .timeLimit(.minutes(2)))
struct AttachmentTests {
    struct Sent: Sendable, CustomTestStringConvertible {
        let kind: FakeMedia.Kind
        let name: String
        let bytes: [UInt8]
        /// The name that the agent is to see.
        let safeName: String
        let type: String

        var testDescription: String { "\(kind) \(name)" }
    }

    static let kinds = [
        Sent(kind: .image, name: "IMG 1.jpg", bytes: jpeg, safeName: "IMG 1.jpg", type: "image/jpeg"),
        Sent(kind: .voice, name: "voice.amr", bytes: amr, safeName: "voice.amr", type: "audio/amr"),
        Sent(kind: .video, name: "clip.mp4", bytes: mp4, safeName: "clip.mp4", type: "video/mp4"),
        Sent(kind: .file, name: "季度报告.pdf", bytes: pdf, safeName: "季度报告.pdf", type: "application/pdf"),
        Sent(kind: .file, name: "../../etc/.sec*ret", bytes: pdf, safeName: "sec_ret.pdf", type: "application/pdf"),
        Sent(kind: .file, name: "C:/x/CON.txt", bytes: jpeg, safeName: "_CON.txt", type: "image/jpeg"),
    ]

    @Test(
        "lies beside the agent: the bytes that WeCom had, a name that is safe, a type by what it holds",
        arguments: kinds)
    func fetched(sent: Sent) async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.send(sent.bytes, sent.kind, named: sent.name, as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == ["re: "])
            let attachment = try #require(agent.turns.first?.attachments.first)
            #expect(attachment.name == sent.safeName)
            #expect(attachment.path.hasSuffix("/\(sent.safeName)"))
            #expect(attachment.contentType == sent.type)
            #expect(attachment.kind.rawValue == sent.kind.rawValue)
            #expect(attachment.size == sent.bytes.count)
            #expect(try readFile(attachment.path, limit: 1 << 20) == sent.bytes)
            router.stop()
            try await router.ended()
        }
    }

    @Test("comes back from the echo agent as what it was", arguments: kinds.prefix(4))
    func echoed(sent: Sent) async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            await world.wecom.send(sent.bytes, sent.kind, named: sent.name, as: UserID("u1"), to: world.apps[0])
            let media = try #require(await world.wecom.transcript.delivered(atLeast: 1).first?.media)
            #expect(media.kind == sent.kind)
            #expect(media.name == sent.safeName)
            #expect(world.wecom.bytes(of: media) == sent.bytes)
            router.stop()
            try await router.ended()
        }
    }

    @Test("is text as well, where WeCom has understood the speech")
    func recognition() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            await world.wecom.send(
                amr, .voice, named: "voice.amr", recognition: "明天开会吗？", as: UserID("u1"), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == ["明天开会吗？", ""])
            #expect(sent[1].media?.kind == .voice)
            router.stop()
            try await router.ended()
        }
    }

    @Test("is words, where it is a place or a link")
    func words() async throws {
        try await withWorld { world in
            let router = try await world.startRouter()
            let place = try #require(InboundMessage.Coordinates(latitude: 31.25, longitude: -121.5))
            let link = InboundMessage.Link("https://example.com/a?b=c", title: "标题", description: "说明")
            for content: InboundMessage.Content in [
                .location(.init(place, scale: 15, label: "人民广场")), .location(.init(place)), .link(link),
            ] {
                await world.wecom.send(content, as: UserID("u1"), to: world.apps[0])
            }
            let sent = await world.wecom.transcript.delivered(atLeast: 3)
            #expect(
                sent.map(\.text) == [
                    "📍 人民广场\n31.25,-121.5", "📍 \n31.25,-121.5", "标题\nhttps://example.com/a?b=c\n说明",
                ])
            router.stop()
            try await router.ended()
        }
    }

    @Test("is fetched once: a retried turn finds it where it was")
    func retried() async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            await world.wecom.send(
                amr, .voice, named: "voice.amr", recognition: "FLAKY line", as: UserID("u1"), to: world.apps[0])
            _ = await world.wecom.transcript.delivered(atLeast: 1)
            world.wecom.faults.next(.media, .errorCode(40007))
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(sent.map(\.text) == [ChatTexts.chinese.retrying, "at last: FLAKY line"])
            #expect(agent.turns.map(\.attempt) == [1, 2])
            #expect(agent.turns[0].attachments == agent.turns[1].attachments)
            #expect(world.wecom.faults.areWaiting(.media), "nobody asked for it again")
            router.stop()
            try await router.ended()
        }
    }

    @Test("is still there after a stop in the middle of the turn")
    func restarted() async throws {
        try await withWorld(adjust: { $0.workers.drainTimeout = .milliseconds(50) }) { world in
            let (first, second) = (ScriptedAgent(), ScriptedAgent())
            let router = try await world.startRouter(agents: ["echo": first])
            await world.wecom.send(
                amr, .voice, named: "voice.amr", recognition: "HOLD the line", as: UserID("u1"), to: world.apps[0])
            await first.isHolding.wait()
            router.stop()
            try await router.ended()

            world.wecom.faults.next(.media, .errorCode(40007))
            second.release.reach()
            let again = try await world.startRouter(agents: ["echo": second])
            let sent = await world.wecom.transcript.delivered(atLeast: 1)
            #expect(sent.map(\.text) == ["held: HOLD the line"])
            let attachment = try #require(second.turns.first?.attachments.first)
            #expect(attachment == first.turns.first?.attachments.first)
            #expect(try readFile(attachment.path, limit: 1 << 20) == amr)
            #expect(world.wecom.faults.areWaiting(.media), "nobody asked for it again")
            again.stop()
            try await again.ended()
        }
    }

    @Test("is answered once, however often WeCom repeats the callback")
    func repeated() async throws {
        try await withWorld { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            let media = MediaID(world.wecom.hold(jpeg, .image, named: "a.jpg", of: world.apps[0].corpID).id)
            let message = world.wecom.message(
                .image(media: media, pictureURL: nil), from: UserID("u1"), to: world.apps[0])
            for _ in 1...4 {
                #expect(await world.wecom.post(message, to: world.apps[0]).last?.isAcknowledged == true)
            }
            await world.wecom.say("end", as: UserID("u1"), to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 2).map(\.text) == ["re: ", "re: end"])
            #expect(agent.turns.count == 2)
            #expect(try await router.metric(#"callbacks_total{effect="repeat"}"#) ?? 0 >= 3)
            router.stop()
            try await router.ended()
        }
    }
}

let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0] + (0..<300).map { UInt8($0 % 251) }
/// A fifth of a second of speech.
let amr = Array("#!AMR\n".utf8) + (0..<10).flatMap { _ in [UInt8(0x04)] + [UInt8](repeating: 0x55, count: 12) }
let mp4: [UInt8] = [0, 0, 0, 24] + Array("ftypisom".utf8) + [UInt8](repeating: 1, count: 500)
let pdf = Array("%PDF-1.7\n".utf8) + [UInt8](repeating: 0xA5, count: 1000)
