import Lifecycle
import System
import Testing

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct OneAtATimeTests {
    private let gate = OneAtATime()

    @Test("nothing happens beside another, and all happens")
    func exclusion() async throws {
        let (inside, most, count) = (Lock(0), Lock(0), Lock(0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try await gate.run {
                        let now = inside.withLock {
                            $0 += 1
                            return $0
                        }
                        most.withLock { $0 = max($0, now) }
                        await Task.yield()
                        inside.withLock { $0 -= 1 }
                        count.withLock { $0 += 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.withLock { $0 } == 1 && count.withLock { $0 } == 200)
    }

    @Test("who gives up while it waits holds up nobody, whenever that comes", arguments: 0..<50)
    func givesUp(yields: Int) async throws {
        let (isInside, goOn) = (Signpost(), Signpost())
        async let first: Void = gate.run {
            isInside.reach()
            await goOn.wait()
        }
        await isInside.wait()
        let second = Task { try await gate.run {} }
        let third = Task { try await gate.run { "third" } }
        for _ in 0..<yields { await Task.yield() }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        goOn.reach()
        try await first
        #expect(try await third.value == "third")
        #expect(try await gate.run { "later" } == "later")
    }

    @Test("what fails lets the next go")
    func fails() async throws {
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await gate.run { throw Failure() } }
        #expect(try await gate.run { "next" } == "next")
    }
}
