import HTTPServer
import Lifecycle
import Simulator
import System
import WeCom

/// Many bots that connect: what each costs the router in memory and threads, and how they come back when WeCom was away.
enum BotConnections {
    private static let away = Duration.seconds(10)
    private static let patience = Duration.seconds(120)

    /// Over `ws://` and, beside it, over `wss://`.
    static func run(_ count: Int) async throws {
        StandardOutput.write("sockets \(count)\naway_seconds \(away.components.seconds)\n")
        try await BotStage.with { try await run(count, on: $0, "ws", Door(port: $0.port)) }
        try await BotStage.with { stage in
            let front = try await TLSFront(before: stage.port, in: stage.directory.path)
            try await run(count, on: stage, "wss", Door(port: front.port, authority: front.authority))
            await front.stop()
        }
    }

    /// The way to WeCom.
    private struct Door {
        let port: Int
        var authority: String?
    }

    private static func run(_ count: Int, on stage: BotStage, _ scheme: String, _ door: Door) async throws {
        let bots = (0...count).map(FakeSocketBot.init(number:))
        for bot in bots { stage.wecom.sockets.add(bot) }
        let one = try await resources(of: bots, connecting: 1, named: "one", stage, door).resources
        let (many, router) = try await resources(of: bots, connecting: bots.count, named: "many", stage, door)
        StandardOutput.write(
            """
            \(scheme)_kb_per_socket \(Double(many.kilobytes - one.kilobytes) / Double(count))
            \(scheme)_kb_with_one \(one.kilobytes)
            \(scheme)_threads_with_one \(one.threads)
            \(scheme)_threads_with_all \(many.threads)

            """)
        try await returning(of: bots, stage, scheme)
        StandardOutput.write("\(scheme)_threads_when_back \(try router.resources().threads)\n")
        await router.stop()
    }

    /// The router with these bots, so many of them connected and the others switched off. One of a single bot is stopped again.
    private static func resources(
        of bots: [FakeSocketBot], connecting count: Int, named name: String, _ stage: BotStage, _ door: Door
    ) async throws -> (resources: RouterProcess.Resources, router: RouterProcess) {
        let before = stage.wecom.sockets.record.subscriptions
        let entries = bots.enumerated().map { number, bot in
            bot.entry(reaching: door.port, trusting: door.authority, isEnabled: number < count)
        }
        let router = try await stage.router(named: name, turns: 8, bots: entries)
        await stage.wecom.sockets.record.wait { $0.subscriptions - before >= count }
        // What the start borrowed has been given back by then.
        try await Task.sleep(for: .seconds(5))
        let resources = try router.resources()
        if count == 1 { await router.stop() }
        return (resources, router)
    }

    /// WeCom goes, and another stands in its place a while later.
    private static func returning(of bots: [FakeSocketBot], _ stage: BotStage, _ scheme: String) async throws {
        await stage.wecom.listener.quiesce(by: .now)
        try await Task.sleep(for: away)
        let wecom = try await stage.another()
        for bot in bots { wecom.sockets.add(bot) }
        let began = MonotonicTime.now
        // The number that is back, looked at ten times a second.
        var counts: [Int] = []
        while counts.last ?? 0 < bots.count, MonotonicTime.now.since(began) < patience {
            try await Task.sleep(for: .milliseconds(100))
            counts.append(wecom.sockets.record.subscriptions)
        }
        let inOneSecond = counts.indices.map { counts[$0] - ($0 >= 10 ? counts[$0 - 10] : 0) }.max() ?? 0
        func seconds(until count: Int) -> Double {
            Double((counts.firstIndex { $0 >= count } ?? counts.count) + 1) / 10
        }
        StandardOutput.write(
            """
            \(scheme)_back \(counts.last ?? 0)
            \(scheme)_half_back_after_seconds \(seconds(until: bots.count / 2))
            \(scheme)_all_back_after_seconds \(seconds(until: bots.count))
            \(scheme)_most_in_one_second \(inOneSecond)

            """)
        await wecom.listener.quiesce(by: .now)
    }
}

extension SocketRecord {
    fileprivate var subscriptions: Int { events.subscriptions }
}

extension [SocketEvent] {
    fileprivate var subscriptions: Int { count { if case .subscribed = $0 { true } else { false } } }
}
