import Router
package import SeededTesting
import TestSupport

/// Random events that happen to references, without a disk: a schedule of a thousand to each, which is then worked off.
package struct RandomWalk {
    private static let perSchedule = 1000

    private var random: SeededNumbers
    /// Counts the events of each kind.
    private var events: [String: Int] = [:]
    /// Counts the changes of each kind that they came to.
    private var changes: [String: Int] = [:]

    package init(_ random: SeededNumbers) { self.random = random }

    /// Goes so many steps, and throws where one does not come to what it has to.
    package mutating func go(steps: Int) throws {
        for _ in 0..<max(1, steps / RandomWalk.perSchedule) {
            let reference = Reference(recovery: try .failing(appB))
            try play(reference)
            changes.merge(reference.changes) { $0 + $1 }
        }
    }

    /// The kinds of events and changes that have not come, or that nobody knows.
    package var missing: [String] {
        let events = RandomEvent.names.symmetricDifference(events.keys).map { "event: \($0)" }
        return (events + ConversationChange.names.symmetricDifference(changes.keys).map { "change: \($0)" }).sorted()
    }

    private mutating func play(_ reference: Reference) throws {
        var events = RandomEvents(random, hasNoStore: true)
        var step = 0
        do {
            while step < RandomWalk.perSchedule {
                step += 1
                guard let event = events.next(for: reference) else { continue }
                self.events[event.name, default: 0] += 1
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
