import Lifecycle
import RouterTesting
import Testing
import WeCom

@testable import Router

/// Turns whose app has a lane that speaks in its own way.
@Suite(.timeLimit(.minutes(1))) struct SpokenTurnTests {
    @Test("an answer fills the messages of its app's lane", arguments: [(Speech.least, 3), (.app, 3), (.bot, 1)])
    func answer(_ speech: Speech, count: Int) async throws {
        try await withWorkshop(apps: [Workshop.app(speech: speech)]) { shop in
            try await shop.run("OK \(String(repeating: "中文", count: 800))")
            let sent = try await shop.sent()
            #expect(sent.count == count && sent.allSatisfy { $0.utf8.count <= speech.limit })
            #expect(sent.dropLast().allSatisfy { $0.utf8.count > speech.limit - 20 })
        }
    }

    @Test("a question is a card where the lane has cards, else a text with numbers", arguments: [Speech.app, .least])
    func question(_ speech: Speech) async throws {
        try await withWorkshop(apps: [Workshop.app(speech: speech)], questionTime: .seconds(90)) { shop in
            let job = try await shop.claim("ASK")
            async let run: Void = shop.jobRun.run(job)
            await shop.clock.untilSomebodySleeps(for: .seconds(90))
            let asked = try #require(try await shop.deliver().first)
            guard case .message(let content, _) = asked.body else {
                Issue.record("\(asked.body)")
                return
            }
            #expect(content.type == (speech.asksWithCards ? "template_card" : "text"))
            #expect(asked.excerpt.contains("\n1. Yes\n2. No") == !speech.asksWithCards)
            shop.clock.advance(by: .seconds(90))
            await run
        }
    }

    @Test("signs of life are taken back by the lane that can", arguments: [Speech.app, .least])
    func recalls(_ speech: Speech) async throws {
        let app = try Workshop.app(speech: speech) {
            $0.signs.acknowledgeAfter = .seconds(5)
            $0.signs.progressEvery = .seconds(60)
        }
        try await withWorkshop(apps: [app]) { shop in
            let job = try await shop.claim("HOLD")
            async let run: Void = shop.jobRun.run(job)
            await shop.agent.isHolding.wait()
            await shop.clock.advance(whenSomebodySleepsFor: .seconds(5))
            await shop.clock.untilSomebodySleeps(for: .seconds(55))
            #expect(try await shop.sent() == [app.texts.acknowledged])
            shop.agent.release.reach()
            await run
            let recalls = try await shop.deliver().filter { if case .recall = $0.body { true } else { false } }
            #expect(recalls.count == (speech.recalls ? 1 : 0))
        }
    }
}
