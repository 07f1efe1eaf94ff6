import Lifecycle
import PostgreSQL
import PostgresStore
import PostgresTesting
import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// Breaks the way to the database in the middle of everything that a store writes.
@Suite(.enabled(if: PostgresServer.isAvailable), .timeLimit(.minutes(2))) struct LostStoreAnswerTests {
    @Test(
        "whatever byte is the last that passes: accepted once, answered once, asked once, sent once",
        arguments: CuttingProxy.Direction.allCases)
    func everything(_ direction: CuttingProxy.Direction) async throws {
        let server = try PostgresServer.shared
        let proxy = try CuttingProxy(to: server.folder)
        defer { proxy.close() }
        var options = DatabaseOptions()
        (options.channel, options.connections) = (nil, [:])
        options.backoff = Backoff(first: .milliseconds(1), longest: .milliseconds(20))
        let store = try await PostgresStore(
            at: Servers(server.url(schema: try server.makeSchema(), at: proxy.folder)), serving: [appA], owner: "test",
            options: options, clock: .callers)
        try await attempt {
            var random = SystemRandomNumberGenerator()
            for round in 1...15 {
                /// Breaks the next call somewhere in what it says and hears.
                func broken() { proxy.arm(.cut, direction, after: Int.random(in: 0..<3000, using: &random)) }
                let user = "u\(round)"
                let message = submission("hello", from: user, id: round)
                broken()
                let taken = try await store.accept(message, at: time(0))
                #expect(!taken.isRepeat)
                #expect(try await store.accept(message, at: time(0)) == Acceptance(taken.effect, isRepeat: true))
                broken()
                let job = try await firstJob(of: store)
                broken()
                let question = try await store.ask(question(to: user), for: job.lease, at: time(0))
                #expect(question != nil)
                broken()
                let parts = ["1", "2"].map { part($0, to: user) }
                #expect(try await store.settle(job.lease, as: Settlement(.done, parts: parts), at: time(0)))
                var sent: [String] = []
                while sent.count < 2 {
                    broken()
                    // What a server has locked that does not know yet that we are gone is passed over.
                    guard let delivery = try await store.claimDeliveries(1, for: "test", at: time(0)).first else {
                        continue
                    }
                    sent.append(delivery.part.text)
                    broken()
                    #expect(try await store.markSent(delivery.lease, SendReceipt(), at: time(0)))
                }
                proxy.release()
                // The question lapsed with the turn, before it was shown.
                #expect(sent == ["1", "2"])
                #expect(try await store.claimDeliveries(9, for: "test", at: time(0)).isEmpty)
            }
            #expect(store.statistics.ambiguous > 0)
        } finally: {
            proxy.release()
            await store.close()
        }
    }

    private func firstJob(of store: PostgresStore) async throws -> ClaimedJob {
        while true {
            if let job = try await store.claim(1, for: "test", at: time(0)).first { return job }
        }
    }

    private func question(to user: String) -> AskedQuestion {
        AskedQuestion(
            Question("Which?", options: [.init("a", "A"), .init("b", "B")]),
            to: address(user), as: .text, saying: .chinese, within: .least)
    }
}
