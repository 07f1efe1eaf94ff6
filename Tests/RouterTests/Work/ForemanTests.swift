import Lifecycle
import Observability
import RouterTesting
import System
import TestSupport
import Testing

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct ForemanTests {
    @Test("no more run at once than were allowed, and all are done")
    func concurrency() async throws {
        let site = Site(items: 10)
        let life = ServiceLife()
        let foreman = site.foreman(concurrency: 3)
        async let run: Void = foreman.run(life)
        await site.until { $0.running == 3 }
        site.gate.reach()
        await site.until { $0.finished.count == 10 }
        life.tellToStop(by: .now.advanced(by: .seconds(60)))
        await run
        #expect(site.mostAtOnce == 3)
        #expect(site.finished.sorted() == Array(0..<10))
    }

    @Test("a signal brings what came later")
    func signal() async throws {
        let site = Site(items: 0)
        site.gate.reach()
        let life = ServiceLife()
        let foreman = site.foreman(concurrency: 2)
        async let run: Void = foreman.run(life)
        await site.until { $0.claims > 0 }
        site.add(1)
        await site.until { $0.finished.count == 1 }
        life.tellToStop(by: .now)
        await run
    }

    @Test("what came without a signal is found at the next look")
    func noSignal() async throws {
        let (site, clock) = (Site(items: 0), ManualClock())
        site.gate.reach()
        let life = ServiceLife()
        let foreman = site.foreman(concurrency: 2, clock: clock)
        async let run: Void = foreman.run(life)
        await clock.untilSomebodySleeps(for: .milliseconds(500))
        site.add(1, signalling: false)
        clock.advance(by: .milliseconds(500))
        await site.until { $0.finished.count == 1 }
        life.tellToStop(by: clock.now)
        await run
    }

    @Test("told to stop, it finishes what runs and claims no more")
    func stop() async throws {
        let site = Site(items: 5)
        let life = ServiceLife()
        let foreman = site.foreman(concurrency: 2)
        async let run: Void = foreman.run(life)
        await site.until { $0.running == 2 }
        life.tellToStop(by: .now.advanced(by: .seconds(60)))
        site.gate.reach()
        await run
        #expect(site.finished.sorted() == [0, 1] && site.interrupted.isEmpty)
    }

    @Test("a courier finishes its backlog first")
    func backlog() async throws {
        let site = Site(items: 9)
        site.gate.reach()
        let life = ServiceLife()
        life.tellToStop(by: .now.advanced(by: .seconds(60)))
        await site.foreman(concurrency: 2, finishesBacklog: true).run(life)
        #expect(site.finished.sorted() == Array(0..<9))
    }

    @Test("at the deadline what runs is cancelled", arguments: [false, true])
    func deadline(finishesBacklog: Bool) async throws {
        let site = Site(items: 5)
        let life = ServiceLife()
        let foreman = site.foreman(concurrency: 2, finishesBacklog: finishesBacklog)
        async let run: Void = foreman.run(life)
        await site.until { $0.running == 2 }
        life.tellToStop(by: .now)
        await run
        #expect(site.interrupted.sorted() == [0, 1] && site.finished.isEmpty)
    }

    @Test("a backlog without end ends at the deadline, too")
    func endlessBacklog() async throws {
        let site = Site(items: .max)
        site.gate.reach()
        let life = ServiceLife()
        let foreman = site.foreman(concurrency: 2, finishesBacklog: true)
        async let run: Void = foreman.run(life)
        await site.until { $0.finished.count > 10 }
        life.tellToStop(by: .now)
        await run
    }

    @Test("a claim that fails is made again")
    func failingClaim() async throws {
        let site = Site(items: 3)
        site.gate.reach()
        site.failNextClaim()
        let life = ServiceLife()
        let foreman = site.foreman(concurrency: 2)
        async let run: Void = foreman.run(life)
        await site.until { $0.finished.count == 3 }
        life.tellToStop(by: .now)
        await run
        #expect(site.claims > 1)
    }
}

/// Work to be claimed, and a record of how it went.
private final class Site: Sendable {
    struct State {
        var next = 0
        var items: Int
        var claims = 0
        var failsNext = false
        var running = 0
        var mostAtOnce = 0
        var finished: [Int] = []
        var interrupted: [Int] = []
    }

    struct Failure: Error {}

    /// Work goes on behind it.
    let gate = Signpost()
    private let state: Lock<State>
    private let wakeup = Wakeup()

    init(items: Int) { state = Lock(State(items: items)) }

    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }
    var finished: [Int] { state.withLock { $0.finished } }
    var interrupted: [Int] { state.withLock { $0.interrupted } }
    var claims: Int { state.withLock { $0.claims } }

    func foreman(
        concurrency: Int, finishesBacklog: Bool = false, clock: any WorkClock = .steady
    ) -> Foreman<Int> {
        Foreman(
            name: "test",
            concurrency: concurrency,
            wakeup: wakeup,
            finishesBacklog: finishesBacklog,
            log: Logger(to: LogSink(format: .json) { _ in }),
            claim: { try self.claim($0) },
            work: { await self.work($0) },
            clock: clock
        )
    }

    func add(_ count: Int, signalling: Bool = true) {
        state.withLock { $0.items += count }
        if signalling { wakeup.signal() }
    }

    func failNextClaim() { state.withLock { $0.failsNext = true } }

    func until(_ condition: (State) -> Bool) async {
        while !condition(state.withLock { $0 }) { await beforeLookingAgain() }
    }

    private func claim(_ limit: Int) throws -> [Int] {
        try state.withLock { state in
            state.claims += 1
            if state.failsNext {
                state.failsNext = false
                throw Failure()
            }
            let end = state.next + min(limit, state.items - state.next)
            defer { state.next = end }
            return Array(state.next..<end)
        }
    }

    private func work(_ item: Int) async {
        state.withLock { state in
            state.running += 1
            state.mostAtOnce = max(state.mostAtOnce, state.running)
        }
        await gate.wait()
        state.withLock { state in
            state.running -= 1
            if gate.isReached { state.finished.append(item) } else { state.interrupted.append(item) }
        }
    }
}
