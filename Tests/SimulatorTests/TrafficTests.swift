import Foundation
import HTTP
import JSON
import Lifecycle
import System
import Testing
import WeCom

@testable import Simulator

@Suite("Traffic of the simulated WeCom", .timeLimit(.minutes(2)))
struct TrafficTests {
    private func plan(_ count: Int) -> TrafficPlan {
        var plan = TrafficPlan()
        (plan.count, plan.connections, plan.duration, plan.patience) = (count, 4, .seconds(60), .seconds(20))
        return plan
    }

    private func writers(_ count: Int, of world: World) -> [Traffic.Writer] {
        (0..<count).map { Traffic.Writer(UserID("user\($0)"), to: world.apps[0], nil) }
    }

    private func run(_ plan: TrafficPlan, _ count: Int, in world: World) async throws -> TrafficFigures {
        world.wecom.limitMembers(to: .none)
        let loop = try EventLoop(named: "traffic")
        defer { loop.stop() }
        return try await Traffic(plan, of: writers(count, of: world), in: world.wecom, on: loop).run()
    }

    /// Listens for callbacks, says `status` to each, and answers those it takes in the app's name.
    private func answering(
        _ world: World, status: HTTPStatus = .ok, _ body: (Ear) async throws -> Void
    ) async throws {
        let work = TaskScope()
        try await Ear.listening(to: world) { message in
            let user = message.from?.text ?? ""
            if status == .ok {
                work.start { _ = try? await world.send("text", ["content": "answer"], to: user) }
            }
            return HTTPResponse(status)
        } _: {
            try await body($0)
        }
    }

    @Test("each message of a closed loop is acknowledged and answered, and counted once")
    func closed() async throws {
        try await withWorld { world async throws in
            try await answering(world) { ear in
                let figures = try await run(plan(200), 20, in: world)
                #expect((figures.said, figures.acknowledged, figures.answered) == (200, 200, 200))
                #expect((figures.refused, figures.unanswered, figures.heldBack) == (0, 0, 0))
                #expect(figures.toAcknowledgement.count == 200 && figures.toAnswer.count == 200)
                #expect(figures.answeredPerSecond > 0)
                #expect(Set(ear.messages.compactMap(\.messageID)).count == 200)
                #expect(Set(ear.messages.compactMap(\.from)).count == 20)
            }
        }
    }

    @Test("nobody has two messages open: of a rate that is too high for them the rest is held back")
    func heldBack() async throws {
        try await withWorld { world async throws in
            try await Ear.listening(to: world) { ear in
                var plan = plan(100)
                (plan.pace, plan.patience) = (.rate(1000), .milliseconds(200))
                let figures = try await run(plan, 3, in: world)
                #expect(figures.said == 100 && figures.heldBack + ear.messages.count == 100)
                #expect(figures.heldBack >= 90 && figures.unanswered == ear.messages.count)
            }
        }
    }

    @Test("a refusal is counted with its reason, and its sender goes on later")
    func refused() async throws {
        try await withWorld { world async throws in
            try await answering(world, status: .serviceUnavailable) { ear in
                let figures = try await run(plan(10), 2, in: world)
                #expect(figures.refused == 10 && figures.acknowledged == 0)
                #expect(figures.trouble == "answered with 503")
                #expect(ear.messages.count == 10)
            }
        }
    }

    @Test("where nobody listens every message is refused")
    func nobody() async throws {
        try await withWorld { world async throws in
            let figures = try await run(plan(6), 2, in: world)
            #expect(figures.refused == 6 && figures.trouble == "the connection broke")
        }
    }

    @Test("whoever watches what is delivered is called as deep after many messages as after one")
    func depth() async throws {
        try await withWorld(keeping: 10) { world async throws in
            let depths = Lock<[Int]>([])
            world.wecom.transcript.watchDeliveries { _ in
                depths.withLock { $0.append(Thread.callStackReturnAddresses.count) }
            }
            for _ in 1...50 { #expect(try await world.code("text", ["content": "x"]) == 0) }
            world.wecom.transcript.watchDeliveries(nil)
            let all = depths.withLock { $0 }
            #expect(all.count == 30 && (all.last ?? 0) <= (all.first ?? 0) + 4, "\(all)")
        }
    }

    @Test("what is said while it grows is no part of the times")
    func ramp() async throws {
        try await withWorld { world async throws in
            try await answering(world) { _ in
                var plan = plan(40)
                (plan.pace, plan.ramp) = (.rate(100), .milliseconds(400))
                let figures = try await run(plan, 40, in: world)
                #expect(figures.answered == 40)
                // 100 a second grow from nothing within 0.4 s: 20 belong to that.
                #expect(figures.toAnswer.count == 20)
            }
        }
    }

    @Test("a mix has its shares, each where it belongs")
    func mixed() async throws {
        try await withWorld { world async throws in
            try await answering(world) { ear in
                var plan = plan(100)
                plan.mix = try #require(TrafficMix([.text: 3, .image: 1]))
                let figures = try await run(plan, 10, in: world)
                #expect(figures.answered == 100)
                let images = ear.messages.count { $0.content.type == "image" }
                #expect((15...35).contains(images))
            }
        }
        #expect(TrafficMix([.text: 0]) == nil)
    }

    @Test("a callback that goes to no plain address is told before anything is said")
    func secured() async throws {
        try await withWorld(callbackURL: "https://example.com/cb") { world in
            await #expect(throws: NoPlainURL.self) { _ = try await run(plan(1), 1, in: world) }
        }
    }

    @Test("it ends when its task is cancelled, and tells how far it came")
    func cancelled() async throws {
        try await withWorld { world async throws in
            try await answering(world) { _ in
                var plan = plan(10)
                (plan.count, plan.duration, plan.sealedAhead) = (nil, .seconds(3600), 0)
                let figures = try await withThrowingTaskGroup(of: TrafficFigures?.self) { [plan] group in
                    group.addTask { try await run(plan, 5, in: world) }
                    group.addTask {
                        _ = await world.wecom.transcript.delivered(atLeast: 20)
                        return nil
                    }
                    var figures: TrafficFigures?
                    for try await ended in group {
                        group.cancelAll()
                        if let ended { figures = ended }
                    }
                    return figures
                }
                #expect(figures.map { $0.answered >= 20 } == true)
            }
        }
    }
}
