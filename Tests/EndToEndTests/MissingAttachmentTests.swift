import Lifecycle
import Router
import RouterServer
import RouterTesting
import Simulator
import Testing
import WeCom

@Suite("What people send and WeCom does not give us", .timeLimit(.minutes(2)))
struct MissingAttachmentTests {
    private func told(of name: String) -> String {
        ChatTexts.chinese.attachmentFailed.replacing("{name}", with: name)
    }

    /// Sends a file that cannot be fetched: the person is told once, and the turn runs all the same.
    private func lose(
        atMost limit: Int = 20 << 20, _ prepare: (LoopbackWorld) -> MediaID
    ) async throws {
        try await withWorld(adjust: { $0.apps[0].conduct.maxAttachmentBytes = limit }) { world in
            let agent = ScriptedAgent()
            let router = try await world.startRouter(agents: ["echo": agent])
            let media = prepare(world)
            await world.wecom.send(.file(media: media, name: "报告.pdf"), as: UserID("u1"), to: world.apps[0])
            await world.wecom.say("end", as: UserID("u1"), to: world.apps[0])
            let sent = await world.wecom.transcript.delivered(atLeast: 3)
            #expect(
                sent.map(\.text) == [told(of: "报告.pdf"), "re: [报告.pdf could not be fetched]", "re: end"])
            #expect(agent.turns.first?.attachments == [])
            router.stop()
            try await router.ended()
        }
    }

    @Test("a file that WeCom does not know, or no more")
    func gone() async throws {
        try await lose { _ in MediaID("media-of-last-week") }
        try await lose { world in
            let media = world.wecom.hold(pdf, .file, named: "报告.pdf", of: world.apps[0].corpID)
            world.wecom.clock.advance(by: .seconds(3 * 24 * 3600))
            return MediaID(media.id)
        }
    }

    @Test("a file that is larger than it may be, whether or not WeCom says so beforehand")
    func tooLarge() async throws {
        for saysSize in [true, false] {
            try await lose(atMost: pdf.count - 1) { world in
                let between = Signpost()
                between.reach()
                if !saysSize { world.wecom.faults.always(.media, .slowBody(between)) }
                return MediaID(world.wecom.hold(pdf, .file, named: "报告.pdf", of: world.apps[0].corpID).id)
            }
        }
    }

    @Test("an error with status 200 in the place of a file")
    func refused() async throws {
        try await lose { world in
            world.wecom.faults.always(.media, .errorCode(40007))
            return MediaID(world.wecom.hold(pdf, .file, named: "报告.pdf", of: world.apps[0].corpID).id)
        }
    }

    @Test("a download that breaks off whenever it is tried")
    func brokenOff() async throws {
        try await lose { world in
            world.wecom.faults.always(.media, .truncated)
            return MediaID(world.wecom.hold(pdf, .file, named: "报告.pdf", of: world.apps[0].corpID).id)
        }
    }

    @Test(
        "a download that fails once is tried again, and nobody hears of it",
        arguments: [.truncated, .silence, .status(503), .errorCode(-1)] as [Faults.Kind])
    func hiccup(fault: Faults.Kind) async throws {
        try await withWorld { world in
            world.wecom.faults.next(.media, fault)
            let router = try await world.startRouter()
            await world.wecom.send(pdf, .file, named: "报告.pdf", as: UserID("u1"), to: world.apps[0])
            let media = try #require(await world.wecom.transcript.delivered(atLeast: 1).first?.media)
            #expect(media.name == "报告.pdf")
            #expect(world.wecom.bytes(of: media) == pdf)
            router.stop()
            try await router.ended()
        }
    }

    @Test("the person hears of it once, also when the turn begins anew after a stop, or after a failure")
    func toldOnce() async throws {
        try await withWorld(adjust: { $0.workers.drainTimeout = .milliseconds(50) }) { world in
            let (first, second) = (ScriptedAgent(), ScriptedAgent())
            let router = try await world.startRouter(agents: ["echo": first])
            let lost = InboundMessage.Content.voice(
                media: MediaID("gone"), format: "amr", recognition: "HOLD the line")
            await world.wecom.send(lost, as: UserID("u1"), to: world.apps[0])
            await first.isHolding.wait()
            #expect(await world.wecom.transcript.delivered(atLeast: 1).map(\.text) == [told(of: "语音")])
            router.stop()
            try await router.ended()

            second.release.reach()
            let again = try await world.startRouter(agents: ["echo": second])
            let sent = await world.wecom.transcript.delivered(atLeast: 2)
            #expect(
                sent.dropFirst().map(\.text) == ["held: HOLD the line\n[voice.amr could not be fetched]"])
            let flaky = InboundMessage.Content.voice(media: MediaID("gone"), format: "amr", recognition: "FLAKY line")
            await world.wecom.send(flaky, as: UserID("u1"), to: world.apps[0])
            let all = await world.wecom.transcript.delivered(atLeast: 5)
            #expect(
                all.dropFirst(2).map(\.text) == [
                    told(of: "语音"), ChatTexts.chinese.retrying,
                    "at last: FLAKY line\n[voice.amr could not be fetched]",
                ])
            again.stop()
            try await again.ended()
        }
    }
}
