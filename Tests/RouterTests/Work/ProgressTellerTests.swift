import Lifecycle
import RouterTesting
import System
import Testing

@testable import Router

@Suite(.timeLimit(.minutes(1))) struct ProgressTellerTests {
    @Test(
        "what is new of a turn is told once a second while there is another process, and forgotten when the turn ends")
    func told() async throws {
        try await withWorkshop { shop in
            let store = ToldStore()
            let (running, told) = (shop.turns.begin(try await shop.claim("HOLD")), store)
            try await telling(shop, to: store, besides: 1) {
                running.feed.note(.progress("on page 1"))
                await shop.clock.advance(whenSomebodySleepsFor: .seconds(1))
                #expect(await told.next() == [ToldProgress(line: "on page 1", shown: "shown")])
                // Nothing is new.
                await shop.clock.advance(whenSomebodySleepsFor: .seconds(1))
                await shop.clock.untilSomebodySleeps(for: .seconds(1))
                running.feed.note(.progress("on page 2"))
                shop.clock.advance(by: .seconds(1))
                #expect(await told.next() == [ToldProgress(line: "on page 2", shown: "shown")])
                await shop.clock.untilSomebodySleeps(for: .seconds(1))
                shop.turns.end(running)
                shop.clock.advance(by: .seconds(1))
                #expect(await told.next() == [])
            }
        }
    }

    @Test("a process that is alone tells nothing, nor does one whose lease of the turn may be another's")
    func silent() async throws {
        for isAlone in [true, false] {
            try await withWorkshop { shop in
                let store = ToldStore()
                let running = shop.turns.begin(try await shop.claim("HOLD"))
                running.feed.note(.progress("on page 1"))
                if !isAlone { shop.clock.advance(by: .seconds(120)) }
                #expect((shop.turns.feed(of: running.job.lease.job) == nil) == !isAlone)
                try await telling(shop, to: store, besides: isAlone ? 0 : 1) {
                    for _ in 1...7 { await shop.clock.advance(whenSomebodySleepsFor: .seconds(1)) }
                    await shop.clock.untilSomebodySleeps(for: .seconds(1))
                    #expect(store.count == 0)
                }
            }
        }
    }

    private func telling(
        _ shop: Workshop, to store: ToldStore, besides others: Int, _ body: () async throws -> Void
    ) async throws {
        for number in 0...others {
            store.note("node \(number)", at: shop.clock.timestamp)
        }
        let teller = ProgressTeller(store: store, nodes: store, turns: shop.turns, log: .silent) { _ in "shown" }
        let life = ServiceLife()
        async let running: Void = teller.run(life)
        try await body()
        life.tellToStop(by: .now)
        await running
    }
}

/// Keeps what it is told, for whoever waits for it. What is forgotten is told as nothing.
private final class ToldStore: ProgressStore, NodeStore {
    private struct State {
        var told: [[ToldProgress]] = []
        var read = 0
        var count = 0
        var nodes: [NodeRecord] = []
    }

    private let state = Lock(State())
    private let news = Wakeup()

    var count: Int { state.withLock { $0.count } }

    func note(_ name: String, at now: Timestamp) {
        state.withLock {
            $0.nodes.append(
                NodeRecord(
                    name, incarnation: name, version: "1", startedAt: now, seenAt: now.advanced(by: .seconds(600))))
        }
    }

    func next() async -> [ToldProgress]? {
        while !Task.isCancelled {
            let next = state.withLock { state -> [ToldProgress]? in
                guard state.read < state.told.count else { return nil }
                state.read += 1
                return state.told[state.read - 1]
            }
            if let next { return next }
            await news.wait()
        }
        return nil
    }

    private func add(_ told: [ToldProgress]) {
        state.withLock { state in
            state.told.append(told)
            state.count += 1
        }
        news.signal()
    }

    func tell(_ progress: [Lease: ToldProgress], at now: Timestamp) async throws { add(Array(progress.values)) }
    func forgetProgress(of leases: [Lease]) async throws { add([]) }
    func nodes() async throws -> [NodeRecord] { state.withLock { $0.nodes } }
    func renewNode(of owner: String, for length: Duration, at now: Timestamp) async throws -> Bool { true }
    func note(_ node: NodeRecord, at now: Timestamp) async throws {}
    func forgetNode(_ incarnation: String) async throws {}
    func pruneNodes(silentSince moment: Timestamp) async throws -> Int { 0 }
    func hold(_ name: String, for owner: String, lasting length: Duration, at now: Timestamp) async throws -> Bool {
        true
    }
}
