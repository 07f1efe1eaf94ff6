import Router
import Testing

/// Tests the numbers by which rows hold effects: rows outlive the program that wrote them.
@Suite struct EffectTests {
    private static let known: [(Int64, Effect)] = [
        (0, .nothing(.counted)), (1, .job(JobID(7))), (2, .appended(JobID(7))), (3, .answer(QuestionID(7))),
        (11, .notice(.tooMuch)), (12, .notice(.refusal)), (13, .notice(.greeting)), (14, .notice(.tooOld)),
        (100, .command(.new)), (101, .command(.stop)), (102, .command(.status)), (103, .command(.queue)),
        (104, .command(.help)), (105, .command(.retry)),
    ]

    @Test("each effect has the number that it has always had, and is read from it", arguments: known)
    func numbers(_ code: Int64, _ effect: Effect) {
        #expect(effect.code == code)
        #expect(Effect(code: code, number: effect.number) == effect)
    }

    @Test("no command and no kind of notice is without a number of its own")
    func all() {
        let effects = ChatCommand.Name.allCases.map(Effect.command) + Notice.Kind.allCases.map(Effect.notice)
        #expect(effects.allSatisfy { effect in EffectTests.known.contains { $0 == (effect.code, effect) } })
        #expect(Set(effects.map(\.code)).count == effects.count)
    }

    @Test("a number that was never given is no effect", arguments: [-1, 4, 10, 15, 99, 106, Int64.max])
    func unknown(_ code: Int64) {
        #expect(Effect(code: code, number: 7) == nil)
        #expect(Effect(code: 1, number: nil) == nil)
    }
}
