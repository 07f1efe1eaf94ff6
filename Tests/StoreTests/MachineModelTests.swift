import Foundation
import Router
import SeededTesting
import TestSupport
import Testing

/// Random events run on the rules of conversations, without a disk.
@Suite(.timeLimit(.minutes(10))) struct MachineModelTests {
    /// The number of events; more on request: `MACHINE_STEPS=1000000 scripts/test --filter MachineModelTests`.
    static let steps = ProcessInfo.processInfo.environment["MACHINE_STEPS"].flatMap { Int($0) } ?? 40_000
    private static let perSchedule = 1000

    @Test("whatever happens, each message comes to one end, in order, and its sender hears of it")
    func random() throws {
        var random = SeededNumbers()
        var changes: [String: Int] = [:]
        var events: [String: Int] = [:]
        for _ in 0..<max(1, MachineModelTests.steps / MachineModelTests.perSchedule) {
            let reference = Reference(recovery: try .failing(appB))
            try play(reference, &random, counting: &events)
            changes.merge(reference.changes) { $0 + $1 }
        }
        guard MachineModelTests.steps >= 50_000 else { return }
        #expect(ConversationChange.names.subtracting(changes.keys).isEmpty, "these changes never came")
        #expect(RandomEvent.names.subtracting(events.keys).isEmpty, "these events never came")
        #expect(Set(changes.keys).subtracting(ConversationChange.names).isEmpty)
        #expect(Set(events.keys).subtracting(RandomEvent.names).isEmpty)
    }

    private func play(
        _ reference: Reference, _ random: inout SeededNumbers, counting count: inout [String: Int]
    ) throws {
        var events = RandomEvents(random, mayBeTooFast: true)
        var step = 0
        do {
            while step < MachineModelTests.perSchedule {
                step += 1
                guard let event = events.next(for: reference) else { continue }
                count[event.name, default: 0] += 1
                try reference.happens(event, at: events.now, &events.random)
            }
            var rounds = 0
            while !reference.isIdle {
                rounds += 1
                try demand(rounds < 10_000, "what is left cannot be worked off")
                for event in events.last(for: reference) {
                    try reference.happens(event, at: events.now, &events.random)
                }
            }
            for conversation in reference.all { try conversation.checkEnd() }
        } catch {
            throw Unexpected("step \(step) of a schedule: \(error)")
        }
        random = events.random
    }
}
