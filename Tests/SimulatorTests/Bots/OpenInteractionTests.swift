import JSON
import Lifecycle
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("The messages to a bot that a person has open", .timeLimit(.minutes(2)))
struct OpenInteractionTests {
    @Test("a fourth is refused with a notice that the person sees, and the bot hears nothing of it")
    func webhook() async throws {
        try await withBots { world async throws in
            let release = Signpost()
            world.script.answer { _ in
                await release.wait()
                return .says(stream("S", "done", finish: true))
            }
            try await withThrowingTaskGroup(of: Bubble?.self) { group in
                for _ in 1...3 { group.addTask { await world.say() } }
                while world.script.heard.count < 3 { await beforeLookingAgain() }
                let fourth = await world.say("one more", in: BotWorld.group)
                #expect(fourth?.notice?.contains("未送达") == true && fourth?.texts == [])
                release.reach()
                for try await bubble in group { #expect(bubble?.text == "done" && bubble?.notice == nil) }
            }
            #expect(await world.say()?.text == "done", "they are answered")
            #expect(world.script.heard.count == 4)
        }
    }

    @Test(
        "one that is answered makes room, as does one that the bot answers of its own accord, and one that is too old")
    func socket() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            var ids: [String] = []
            for _ in 1...3 {
                ids.append(try #require(await world.wecom.tell("x", as: BotWorld.user, to: world.socket)).text)
            }
            #expect(await world.wecom.tell("x", as: BotWorld.user, to: world.socket) == nil)
            #expect(world.wecom.transcript.bubbles.map { $0.notice != nil } == [true])
            #expect(await world.wecom.tell("x", as: UserID("u2"), to: world.socket) != nil, "that is another person")
            for _ in 1...4 { _ = try await wire.requestID() }
            #expect(try await wire.code(.respond(.stream(.closing("S", "done"))), answering: ids[0]) == 0)
            #expect(await world.wecom.tell("x", as: BotWorld.user, to: world.socket) != nil)
            _ = try await wire.requestID()
            #expect(try await wire.code(.send(.markdown("news"), to: .user(BotWorld.user))) == 0)
            #expect(await world.wecom.tell("x", as: BotWorld.user, to: world.socket) != nil)
            #expect(await world.wecom.tell("x", as: BotWorld.user, to: world.socket) == nil)
            world.wecom.clock.advance(by: .seconds(360))
            #expect(await world.wecom.tell("x", as: BotWorld.user, to: world.socket) != nil)
        }
    }

    @Test("a message that is given again is no other one, and the number can be another")
    func again() async throws {
        try await withBots { world async throws in
            let wire = try await world.subscribed()
            world.wecom.limitInteractions(to: 1)
            let message = world.wecom.message(.text("x"), from: BotWorld.user, in: .single, to: world.socket.id)
            for _ in 1...3 { #expect(await world.wecom.give(message, to: world.socket) != nil) }
            #expect(await world.wecom.tell("y", as: BotWorld.user, to: world.socket) == nil)
            _ = wire
        }
    }
}
