import JSON
import Simulator
import Testing
import WeCom

@Suite("The address at which a bot answers a message once", .timeLimit(.minutes(2)))
struct BotResponseTests {
    private let markdown: JSONValue = ["msgtype": "markdown", "markdown": ["content": "late"]]

    private func message(_ world: BotWorld) -> InboundMessage {
        world.wecom.message(.text("hi"), from: BotWorld.user, in: BotWorld.group, to: world.webhook)
    }

    @Test("it takes one answer, for an hour")
    func once() async throws {
        try await withBots { world async throws in
            let (first, second) = (message(world), message(world))
            #expect(try await world.respond(at: first.responseURL, markdown) == 0)
            #expect(try await world.respond(at: first.responseURL, markdown) == 40029)
            world.wecom.clock.advance(by: .seconds(3599))
            #expect(try await world.respond(at: message(world).responseURL, markdown) == 0)
            world.wecom.clock.advance(by: .seconds(1))
            #expect(try await world.respond(at: second.responseURL, markdown) == 40029)
            #expect(world.wecom.transcript.bubbles.map(\.text) == ["late", "late"])
            #expect(world.wecom.transcript.bubbles.allSatisfy { $0.chat == BotWorld.group && $0.isFinished })
        }
    }

    @Test("an answer that is refused does not use it up")
    func refused() async throws {
        try await withBots { world async throws in
            let address = message(world).responseURL
            for (body, code) in [
                (["msgtype": "text", "text": ["content": "x"]], 40008),
                (["msgtype": "stream", "stream": ["id": "S", "content": "x", "finish": true]], 40008),
                (["msgtype": "template_card", "template_card": ["card_type": "text_notice"]], 40008),
                (["msgtype": "markdown", "markdown": ["content": ""]], 44004),
                (
                    ["msgtype": "markdown", "markdown": ["content": .string(String(repeating: "a", count: 20_481))]],
                    44004
                ),
            ] as [(JSONValue, Int64)] {
                #expect(try await world.respond(at: address, body) == code, "\(body["msgtype"]?.string ?? "")")
            }
            #expect(try await world.respond(at: address, markdown) == 0)
            #expect(try await world.respond(at: Secret(world.url + "/cgi-bin/aibot/response"), markdown) == 40029)
        }
    }
}
