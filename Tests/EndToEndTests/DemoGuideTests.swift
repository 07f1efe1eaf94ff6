import Router
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@testable import RouterServer

@Suite("What the demo's guide shows", .timeLimit(.minutes(2)))
struct DemoGuideTests {
    private let user = UserID("u1")

    private func withGuide(pace: Duration = .zero, _ body: (LoopbackWorld) async throws -> Void) async throws {
        try await withWorld(adjust: { configuration in
            configuration.apps[0].conduct.greeting = DemoGuide.greeting
            configuration.bots = Configuration.Bot.madeUp(answeredBy: "echo")
        }) { world in
            world.wecom.limitMembers(to: .none)
            let router = try await world.startRouter(agents: ["echo": DemoGuide(pace: pace, step: .zero)])
            await world.untilBotsConnect()
            try await body(world)
            router.stop()
            try await router.ended()
            #expect(world.wecom.transcript.refusals.isEmpty)
        }
    }

    /// Says something to the app, and returns the messages that answer it.
    private func answers(_ count: Int = 1, to text: String, in world: LoopbackWorld) async -> [SentMessage] {
        let before = world.wecom.transcript.delivered.count
        await world.wecom.say(text, as: user, to: world.apps[0])
        return Array(await world.wecom.transcript.delivered(atLeast: before + count).dropFirst(before))
    }

    @Test(
        "it says what it was told and offers each thing that it shows, in the language of who writes",
        arguments: [("hello", ChatTexts.Language.english), ("你好", .chinese)])
    func introduction(text: String, language: ChatTexts.Language) async throws {
        try await withGuide { world in
            let answer = try #require(await answers(to: text, in: world).first?.text)
            #expect(answer.contains(text))
            for offer in DemoOffer.allCases {
                #expect(answer.contains(offer.word(language)) && answer.contains(offer.promise(language)))
            }
        }
    }

    @Test("whoever opens the chat is greeted in both languages, with the words to say")
    func greeting() async throws {
        try await withGuide { world in
            await world.wecom.send(.event(.enterAgent), as: user, to: world.apps[0])
            let greeting = try #require(await world.wecom.transcript.delivered(atLeast: 1).first?.text)
            for language in ChatTexts.Language.allCases {
                #expect(DemoOffer.allCases.allSatisfy { greeting.contains($0.word(language)) })
            }
        }
    }

    @Test("a question comes on a card, and the button that is pressed decides")
    func question() async throws {
        try await withGuide { world in
            let card = try #require(await answers(to: "ask me", in: world).first)
            #expect(card.card?.buttons.count == 3)
            await world.wecom.press("3", of: card, as: user, to: world.apps[0])
            #expect(await world.wecom.transcript.delivered(atLeast: 2)[1].text == "Nothing was released.")
        }
    }

    @Test("several may be chosen by their numbers, and all of them are named")
    func choice() async throws {
        try await withGuide { world in
            let question = try #require(await answers(to: "多选", in: world).first?.text)
            #expect(question.contains("3. 成本"))
            let answer = try #require(await answers(to: "3 4", in: world).last?.text)
            #expect(answer.contains("成本") && answer.contains("下周计划") && !answer.contains("故障"))
        }
    }

    @Test("a file comes, and a picture that is sent comes back byte for byte")
    func files() async throws {
        try await withGuide { world in
            let file = try #require(await answers(2, to: "file", in: world).compactMap(\.media).first)
            #expect(file.name == "p95.csv" && file.kind == .file)
            let picture: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + [UInt8](repeating: 7, count: 100)
            await world.wecom.send(picture, .image, named: "a.png", as: user, to: world.apps[0])
            let back = await world.wecom.transcript.delivered(atLeast: 4).dropFirst(2).compactMap(\.media)
            #expect(back.map(\.kind) == [.image])
            #expect(back.first.flatMap { world.wecom.bytes(of: $0) } == picture)
        }
    }

    @Test("the long task names its steps, and what fails comes with its second try")
    func work() async throws {
        try await withGuide { world in
            let answer = try #require(await answers(to: "a minute", in: world).first?.text)
            #expect((1...DemoScene.stepsOfWork).allSatisfy { answer.contains("\($0)/\(DemoScene.stepsOfWork) ") })
            let failed = await answers(2, to: "出错", in: world)
            #expect(failed.last?.text.contains("第 2 次成功了") == true)
        }
    }

    @Test("a bot's answer grows to Markdown with a table and code")
    func growing() async throws {
        try await withGuide(pace: .milliseconds(5)) { world in
            let bubble = await world.wecom.say("stream", as: user, to: world.bots[0], asking: .milliseconds(20))
            let text = try #require(bubble?.text)
            #expect(text.contains("| 14:03 | p95 rises") && text.contains("```sql"))
            #expect(bubble?.isFinished == true && (bubble?.texts.count ?? 0) > 1)
        }
    }
}
