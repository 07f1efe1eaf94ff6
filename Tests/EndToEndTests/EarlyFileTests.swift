import Lifecycle
import Router
import RouterTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import RouterServer

/// A turn of a person runs while they send more, and WeCom gives a bot's files for five minutes.
@Suite("Files that bots are sent are fetched before their turns", .timeLimit(.minutes(3)))
struct EarlyFileTests {
    private static let fetched = #"early_fetches_total{outcome="fetched"}"#

    @Test("a turn that begins later than WeCom gives a file has it", arguments: BotLane.allCases)
    func late(_ lane: BotLane) async throws {
        try await withHouse(lane) { house in
            async let _ = house.post(.text("HOLD on"))
            await house.agent.isHolding.wait()
            async let _ = house.post(try house.picture(saying: "OK seen"))
            try await house.router.metric(Self.fetched, isAtLeast: 1)
            house.letFilesExpire()
            house.agent.release.reach()
            try await house.expectPicture(inTurn: 2)
        }
    }

    @Test("what was fetched before a crash is there for the turn that begins after it", arguments: BotLane.allCases)
    func crash(_ lane: BotLane) async throws {
        try await withHouse(lane) { house in
            async let _ = house.post(.text("HOLD on"))
            await house.agent.isHolding.wait()
            async let _ = house.post(try house.picture(saying: "OK seen"))
            try await house.router.metric(Self.fetched, isAtLeast: 1)
            try await house.crash(holding: false, afterwards: house.letFilesExpire) { next in
                try await next.expectPicture(inTurn: 2)
            }
        }
    }

    @Test("what a crash kept from being fetched is fetched at the start, before its turn", arguments: BotLane.allCases)
    func crashBefore(_ lane: BotLane) async throws {
        try await withHouse(lane) { house in
            async let _ = house.post(.text("HOLD on"))
            await house.agent.isHolding.wait()
            let faults = house.world.wecom.faults
            faults.always(.botFile, .hang)
            async let _ = house.post(try house.picture(saying: "OK seen"))
            try await eventually { faults.orders.first?.met == 1 }
            try await house.crash(holding: true, afterwards: faults.clear) { next in
                try await next.router.metric(Self.fetched, isAtLeast: 1)
                next.letFilesExpire()
                next.agent.release.reach()
                try await next.expectPicture(inTurn: 2)
            }
        }
    }

    @Test("a copy of a message has nothing fetched", arguments: BotLane.allCases)
    func copies(_ lane: BotLane) async throws {
        try await withHouse(lane) { house in
            async let _ = house.post(.text("HOLD on"))
            await house.agent.isHolding.wait()
            let message = house.message(try house.picture(saying: "OK seen"))
            async let _ = house.post(message)
            try await house.router.metric(Self.fetched, isAtLeast: 1)
            house.world.wecom.faults.next(.botFile, .status(404))
            async let _ = house.post(message)
            try await house.router.metric(#"callbacks_total{effect="repeat"}"#, isAtLeast: 1)
            house.agent.release.reach()
            try await house.expectPicture(inTurn: 2)
            #expect(house.world.wecom.faults.areWaiting(.botFile), "nobody asked for it again")
        }
    }

    @Test("one that is too large is asked for once, and the turn says so", arguments: BotLane.allCases)
    func tooLarge(_ lane: BotLane) async throws {
        try await withHouse(lane, { $0.conduct.maxAttachmentBytes = jpeg.count - 1 }) { house in
            async let _ = house.post(.text("HOLD on"))
            await house.agent.isHolding.wait()
            async let _ = house.post(try house.picture(saying: "seen"))
            try await house.router.metric(#"early_fetches_total{outcome="refused"}"#, isAtLeast: 1)
            house.world.wecom.faults.next(.botFile, .status(404))
            house.agent.release.reach()
            let turn = try await house.turn(2)
            #expect(turn.attachments.isEmpty && turn.text == "seen\n[image could not be fetched]", "\(turn.text)")
            #expect(house.world.wecom.faults.areWaiting(.botFile), "nobody asked for it again")
        }
    }

    @Test("a message that joins another later than WeCom gives its file keeps it", arguments: BotLane.allCases)
    func interrupted(_ lane: BotLane) async throws {
        try await withHouse(lane, { $0.conduct.whileBusy = .interrupt }) { house in
            async let _ = house.post(try house.picture(saying: "HOLD on"))
            await house.agent.isHolding.wait()
            house.letFilesExpire()
            async let _ = house.post(.text("and this"))
            try await house.expectPicture(inTurn: 2)
            #expect(house.agent.turns[0].job != house.agent.turns[1].job)
        }
    }

    @Test("a message that is answered once more later than WeCom gives its file has it", arguments: BotLane.allCases)
    func retried(_ lane: BotLane) async throws {
        try await withHouse(lane) { house in
            async let _ = house.post(try house.picture(saying: "FAIL today"))
            try await house.router.metric(#"turns_total{outcome="failed"}"#, isAtLeast: 1)
            house.letFilesExpire()
            async let _ = house.post(.text("/retry"))
            try await house.expectPicture(inTurn: 2)
        }
    }

    @Test("a server that drips holds up no other bot", arguments: BotLane.allCases)
    func drips(_ lane: BotLane) async throws {
        try await withHouse(lane, another: true) { house in
            let (faults, goesOn) = (house.world.wecom.faults, Signpost())
            for _ in 1...3 { faults.next(.botFile, .slowBody(goesOn)) }
            var parts: [InboundMessage.Content] = [.text("OK a")]
            for _ in 1...3 { parts.append(.sealed(try house.sealed())) }
            async let _ = house.post(.mixed(parts))
            // Two of one bot's files are fetched at once.
            try await eventually { faults.orders.count == 1 }
            try await house.router.metric("early_fetches_waiting", isAtLeast: 1)
            faults.clear()
            let other = try #require(house.world.bots.last)
            let picture = house.world.wecom.seal(jpeg, named: "b.jpg", as: .image, for: other)
            let message = house.world.wecom.message(
                .mixed([.text("OK b"), .sealed(picture)]), from: UserID("u2"), in: .single, to: other)
            let bubble = await house.world.wecom.post(message, to: other, asking: .milliseconds(20))
            #expect(bubble?.text == "b" && house.agent.turns.map(\.attachments.count) == [1])
            goesOn.reach()
            #expect(try await house.turn(2).attachments.count == 3)
        }
    }
}

// MARK: The house

private func withHouse(
    _ lane: BotLane, another: Bool = false, _ adjust: (inout Configuration.Bot) -> Void = { _ in },
    _ body: (House) async throws -> Void
) async throws {
    try await withWorld(adjust: { configuration in
        configuration.workers.drainTimeout = .milliseconds(50)
        configuration.bots = [.forFiles("helper", lane.wire)]
        adjust(&configuration.bots[0])
        if another { configuration.bots.append(.forFiles("other", BotLane.webhook.wire)) }
    }) { world in
        try await House.run(lane, world, body)
    }
}

extension Configuration.Bot {
    fileprivate static func forFiles(_ name: String, _ wire: Wire) -> Configuration.Bot {
        var bot = Configuration.Bot(name: name, wire, agent: "echo")
        bot.botID = BotID("aib-\(name)")
        bot.policy = .all
        bot.conduct.onCrash = .retry
        bot.texts.hideHints()
        return bot
    }
}

/// A bot of either lane with a person who writes to it.
private struct House {
    let lane: BotLane
    let world: LoopbackWorld
    let router: RunningRouter
    let agent: ScriptedAgent

    static func run(
        _ lane: BotLane, _ world: LoopbackWorld, agent: ScriptedAgent = ScriptedAgent(),
        _ body: (House) async throws -> Void
    ) async throws {
        let router = try await world.startRouter(agents: ["echo": agent])
        await world.untilBotsConnect()
        try await attempt {
            try await body(House(lane: lane, world: world, router: router, agent: agent))
        } finally: {
            agent.release.reach()
            router.stop()
            try? await router.ended()
        }
    }

    /// Goes on after `kill -9`, and what happens then, with another agent, which holds turns or does not.
    func crash(
        holding: Bool, afterwards event: () -> Void, _ body: (House) async throws -> Void
    ) async throws {
        let (next, agent) = (try await world.crash(router), ScriptedAgent())
        if !holding { agent.release.reach() }
        event()
        try await House.run(lane, next, agent: agent, body)
    }

    // MARK: What the person does

    func message(_ content: InboundMessage.Content) -> InboundMessage {
        let id = lane == .webhook ? world.bots[0].id : world.socketBots[0].id
        return world.wecom.message(content, from: UserID("u1"), in: .single, to: id)
    }

    func post(_ content: InboundMessage.Content) async { await post(message(content)) }

    /// Returns when the bubble has ended, where the person looks at one.
    func post(_ message: InboundMessage) async {
        switch lane {
        case .webhook: await world.wecom.post(message, to: world.bots[0], asking: .milliseconds(20))
        case .socket: await world.wecom.give(message, to: world.socketBots[0])
        }
    }

    func picture(saying text: String) throws -> InboundMessage.Content {
        .mixed([.text(text), .sealed(try sealed())])
    }

    func sealed() throws -> SealedMedia {
        lane == .webhook
            ? world.wecom.seal(jpeg, named: "图 1.jpg", as: .image, for: world.bots[0])
            : try world.wecom.seal(jpeg, named: "图 1.jpg", as: .image, for: world.socketBots[0])
    }

    func letFilesExpire() { world.wecom.clock.advance(by: .seconds(301)) }

    // MARK: What the agent sees

    func turn(_ number: Int) async throws -> Turn {
        try await eventually { agent.turns.count >= number }
        return agent.turns[number - 1]
    }

    func expectPicture(inTurn number: Int) async throws {
        let turn = try await turn(number)
        let attachment = try #require(turn.attachments.first)
        #expect(turn.attachments.count == 1 && attachment.name == "图 1.jpg" && attachment.contentType == "image/jpeg")
        #expect(try readFile(attachment.path, limit: 1 << 20) == jpeg)
    }
}
