import Lifecycle
import Simulator
import System
import WeCom

/// Answers that grow over long connections: what it costs the router to show one a little further.
///
/// To read it from the agent costs something, too, whoever is shown it, and has threads of its own. Their time is told beside it.
enum BotRefreshes {
    private static let bots = 10
    private static let time = Duration.seconds(15)

    static func run(_ turns: Int) async throws {
        try await BotStage.with { try await run(turns, on: $0) }
    }

    private static func run(_ turns: Int, on stage: BotStage) async throws {
        let bots = (0..<bots).map(FakeSocketBot.init(number:))
        for bot in bots { stage.wecom.sockets.add(bot) }
        let router = try await stage.router(
            named: "connected", turns: turns, bots: bots.map { $0.entry(reaching: stage.port) })
        for bot in bots {
            while !stage.wecom.sockets.isConnected(bot.id) { try await Task.sleep(for: .milliseconds(20)) }
        }
        let shown = Lock(0)
        for number in 0..<turns {
            await stage.wecom.tell("go on", as: UserID("user\(number)"), to: bots[number % bots.count]) { _ in
                shown.withLock { $0 += 1 }
            }
        }
        try await router.waitForTurns(turns, stage.transport)
        try await Task.sleep(for: .seconds(3))
        let (before, first) = (try router.resources(), shown.withLock { $0 })
        try await Task.sleep(for: time)
        let (after, last) = (try router.resources(), shown.withLock { $0 })
        let refreshes = last - first
        func microseconds(_ processor: Duration) -> Int64 { processor.inNanoseconds / 1000 / Int64(max(1, refreshes)) }
        StandardOutput.write(
            """
            turns \(turns)
            refreshes_per_second \(refreshes / Int(time.components.seconds))
            processor_us_per_refresh \(microseconds(after.processorBesideReading(since: before)))
            processor_us_per_reading \(microseconds(after.reading - before.reading))

            """)
        stage.talkers.release.reach()
        await router.stop()
    }
}
