import Foundation
import Router
import SeededTesting
import StoreTesting
import System
import Testing
import WeCom

/// Thousands of random steps, each compared with what a model of a few lines says.
@Suite(.timeLimit(.minutes(5))) struct ModelTests {
    /// The number of schedules; more on request: `SCHEDULES=200 scripts/test --filter ModelTests`.
    static let schedules = ProcessInfo.processInfo.environment["SCHEDULES"].flatMap { Int($0) } ?? 4

    @Test(
        "nothing is lost, nothing comes twice, order is kept", arguments: StoreUnderTest.available,
        1...max(1, ModelTests.schedules))
    func random(_ kind: StoreUnderTest, run number: Int) async throws {
        try await kind.withStore(durability: .normal) { test in
            let run = ModelRun(test)
            for _ in 0..<kind.steps { try await run.step() }
            try await run.finish()
        }
    }
}

/// A store and its model, taken through the same steps.
private final class ModelRun {
    private let test: TestStore
    private var random = SeededNumbers()
    private var model = Model()
    private var now = time(0)
    private var lastID = 0
    private var seen: [(id: Int, user: String, app: Endpoint, effect: Effect)] = []
    private var sending: [Delivery] = []

    init(_ test: TestStore) { self.test = test }

    private var store: any Store { test.store }

    func step() async throws {
        if chance(1, in: 4) { now = now.advanced(by: .seconds(Int.random(in: 0...40, using: &random))) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<32: try await accept()
        case 32..<38: try await acceptAgain()
        case 38..<55: try await claim()
        case 55..<70: try await settle()
        case 70..<71: try await settleWithALostLease()
        case 71..<72: try await rescue()
        case 72..<84: try await claimDeliveries()
        case 84..<99: try await endADelivery()
        default: try await restart()
        }
    }

    /// Works off all that is left.
    func finish() async throws {
        while !model.isIdle {
            now = now.advanced(by: .seconds(600))
            try await claim()
            while !model.running.isEmpty { try await settle() }
            try await claimDeliveries()
            while !sending.isEmpty { try await endADelivery() }
        }
        #expect(try await store.claim(100, for: "test", at: now).isEmpty)
        #expect(try await store.claimDeliveries(100, at: now.advanced(by: .seconds(100_000))).isEmpty)
        #expect(model.ended.count == Set(model.ended).count)
        #expect(Set(model.ended) == Set(seen.compactMap { if case .job(let job) = $0.effect { job } else { nil } }))
        #expect(model.sent.count == Set(model.sent).count)
    }

    private func accept() async throws {
        lastID += 1
        // One person writes far more than the others, so that theirs become too many.
        let user = chance(1, in: 2) ? "talker" : "user\(Int.random(in: 0..<6, using: &random))"
        let app = chance(1, in: 3) ? appB : appA
        let acceptance = try await store.accept(submission("text \(lastID)", from: user, to: app, id: lastID), at: now)
        try #require(!acceptance.isRepeat)
        try model.accepted("text \(lastID)", from: user, to: app, acceptance.effect, at: now)
        seen.append((lastID, user, app, acceptance.effect))
    }

    private func acceptAgain() async throws {
        guard let old = seen.randomElement(using: &random) else { return }
        let message = submission("text \(old.id)", from: old.user.uppercased(), to: old.app, id: old.id)
        try #require(try await store.accept(message, at: now) == Acceptance(old.effect, isRepeat: true))
    }

    private func claim() async throws {
        let limit = Int.random(in: 1...5, using: &random)
        let claimed = try await store.claim(limit, for: "test", at: now)
        let claimable = model.claimable(at: now)
        try #require(claimed.count >= min(limit, claimable.lowerBound))
        try #require(claimed.count <= min(limit, claimable.upperBound))
        for job in claimed { try model.claimed(job, at: now) }
    }

    private func settle() async throws {
        guard let job = model.running.values.sorted(by: { $0.lease.job < $1.lease.job }).randomElement(using: &random)
        else { return }
        let settlement: Settlement
        switch Int.random(in: 0..<10, using: &random) {
        case 0: settlement = Settlement(.ready, reason: "stop", spendsAttempt: false)
        case 2:
            let due = now.advanced(by: .seconds(Int.random(in: 1...90, using: &random)))
            settlement = Settlement(.waiting, reason: "busy", due: due, spendsAttempt: chance(1, in: 2))
        case 1:
            settlement = Settlement(.failed, reason: "broken", parts: [Part(to: job.messages[0].replyAddress, "sorry")])
        default:
            let texts = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                ["ok", "yes", "no", job.text].randomElement(using: &random) ?? ""
            }
            settlement = Settlement(.done, parts: texts.map { Part(to: job.messages[0].replyAddress, $0) })
        }
        try #require(try await store.settle(job.lease, as: settlement, at: now))
        model.settled(job, settlement)
    }

    private func settleWithALostLease() async throws {
        guard let lost = model.lostLeases.randomElement(using: &random) else { return }
        let settlement = Settlement(.done, parts: [part("from the grave")])
        try #require(try await store.settle(lost, as: settlement, at: now) == false)
    }

    private func rescue() async throws {
        try #require(try await store.rescue(except: "test", at: now) == 0)
        try #require(try await store.rescue(except: "another", at: now) == model.rescued(at: now))
    }

    private func claimDeliveries() async throws {
        let limit = Int.random(in: 1...5, using: &random)
        let claimed = try await store.claimDeliveries(limit, at: now)
        try #require(claimed.count == min(limit, model.sendable(at: now)))
        for delivery in claimed { try model.beganSending(delivery, at: now) }
        sending += claimed
    }

    private func endADelivery() async throws {
        guard let index = sending.indices.randomElement(using: &random) else { return }
        let delivery = sending.remove(at: index)
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            try await store.markFailed(delivery, reason: "no", at: now)
            model.failed(delivery)
        case 1, 2:
            let due = now.advanced(by: .seconds(Int.random(in: 0...60, using: &random)))
            try await store.postpone(delivery, until: due, reason: "busy", at: now)
            model.postponed(delivery, until: due)
        default:
            try await store.markSent(delivery, SendReceipt(), at: now)
            model.sent(delivery, at: now)
        }
    }

    private func restart() async throws {
        try await test.startAgain(after: chance(1, in: 2) ? .stop : .kill)
        model.restarted()
        sending = []
    }

    private func chance(_ part: Int, in whole: Int) -> Bool { Int.random(in: 0..<whole, using: &random) < part }
}
