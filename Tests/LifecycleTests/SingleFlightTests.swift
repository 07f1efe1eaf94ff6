import Lifecycle
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1))) struct SingleFlightTests {
    private let flights = SingleFlight<String, Int>()
    private let runs = Counted()

    private final class Counted: Sendable {
        let count = Atomic<Int>(0)
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }

    /// Asks on behalf of many. Each call joins the run under way before anybody can see that it was counted.
    private actor Callers {
        private(set) var count = 0

        func ask(_ flights: SingleFlight<String, Int>, _ work: @escaping @Sendable () async -> Int) async -> Int? {
            count += 1
            return await flights.run("a", work)
        }
    }

    @Test("a hundred who ask while it is under way are served by one run, and who asks later by another")
    func once() async {
        let (gate, callers) = (Signpost(), Callers())
        await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    await callers.ask(flights) {
                        let number = runs.next()
                        await gate.wait()
                        return number
                    }
                }
            }
            while await callers.count < 100 { await beforeLookingAgain() }
            gate.reach()
            for await value in group { #expect(value == 1) }
        }
        #expect(await held(by: gate) == 2)
    }

    @Test("what is asked by another key runs by itself")
    func keys() async {
        let (gate, begun) = (Signpost(), Signpost())
        async let first = held(by: gate, begun)
        await begun.wait()
        #expect(await flights.run("b") { runs.next() } == 2)
        gate.reach()
        #expect(await first == 1)
    }

    @Test("a caller who is cancelled ends the run for all who wait for it")
    func givenUp() async {
        let (gate, begun) = (Signpost(), Signpost())
        let first = Task { await held(by: gate, begun) }
        await begun.wait()
        let second = Task { await held(by: gate) }
        first.cancel()
        #expect(await first.value == nil)
        // The gate is shut until here: the second joined the first's run, or began one that is let through.
        gate.reach()
        let value = await second.value
        #expect(value == nil || value == 2)
        #expect(await held(by: gate) == runs.count.load(ordering: .relaxed))
    }

    private func held(by gate: Signpost, _ begun: Signpost? = nil) async -> Int? {
        await flights.run("a") {
            let number = runs.next()
            begun?.reach()
            await gate.wait()
            return number
        }
    }
}
