import RouterTesting
import SeededTesting
import Simulator
import System
import TestSupport
import Testing
import WeCom

@testable import Lanes

@Suite("a bot's connection through whatever happens", .timeLimit(.minutes(2)))
struct BotStormTests {
    /// The fate of each text that was sent.
    private typealias Sent = [String: BotConnection.Machine.Outcome]

    @Test(
        "what is done was shown once, what did not go out was not, nobody waits for ever, nothing is heard twice, and afterwards it works"
    )
    func storm() async throws {
        var numbers = SeededNumbers()
        try await withLiveBot { world in
            world.wecom.sockets.limitChats(to: .none)
            var told: [String] = []
            let sent = try await world.ready(random: 0.5) { connection in
                await world.wecom.tell("hello", as: UserID("lisi"), to: world.bot)
                let sent = await withTaskGroup(of: (String, BotConnection.Machine.Outcome).self) { group in
                    for step in 1...400 {
                        let text = "\(step)"
                        switch Int.random(in: 0..<12, using: &numbers) {
                        case 0...3: group.addTask { (text, await connection.send(world.push(text))) }
                        case 4...6:
                            if await world.wecom.tell(text, as: UserID("lisi"), to: world.bot) != nil {
                                told.append(text)
                            }
                        case 7: world.wecom.sockets.drop(world.bot.id)
                        case 8: world.wecom.sockets.loseSubscription(of: world.bot.id)
                        case 9: world.wecom.faults.next(.botMessage, .silence)
                        case 10: await connection.reconnect()
                        default: await Task.yield()
                        }
                        let pause = Int.random(in: 0...30_000, using: &numbers)
                        if step % 4 == 0 { world.clock.advance(by: .milliseconds(pause)) }
                        try? await eventually { connection.status.isReady || connection.status.state == .retrying }
                    }
                    world.wecom.faults.clear()
                    await connection.reconnect()
                    return await group.reduce(into: Sent()) { $0[$1.0] = $1.1 }
                }
                // It works as on the first day.
                try await connection.comes(to: .ready)
                #expect(await connection.send(world.push("last")) == .done(body: nil))
                await world.wecom.tell("goodbye", as: UserID("lisi"), to: world.bot)
                try await eventually { world.heard.texts.last == "goodbye" }
                return sent
            }
            let shown = world.wecom.transcript.bubbles.map(\.text)
            #expect(Set(shown).count == shown.count)
            for (text, outcome) in sent {
                switch outcome {
                case .done: #expect(shown.contains(text))
                case .unsent, .refused: #expect(!shown.contains(text), "\(text): \(outcome)")
                case .unanswered, .brokenOff: break
                case .wayGone, .skipped: Issue.record("\(text): \(outcome)")
                }
            }
            let heard = world.heard.texts.filter { Int($0) != nil }
            #expect(Set(heard).count == heard.count)
            // Those that were under way when a connection ended may be lost: the order is that of the saying.
            #expect(heard == told.filter { heard.contains($0) })
        }
    }
}
