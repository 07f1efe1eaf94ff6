import Router
import SQLiteStore
import SeededTesting
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// Random events, with commands, questions, merging, interrupting and answers without a way out among them, let happen to a store
/// and to the reference.
///
/// Between conversations a store chooses; its choice is taken as it is, and has to be one that the reference allows.
@Suite(.timeLimit(.minutes(5))) struct ReferenceTests {
    /// Holds the file against what `store check` knows.
    private func examine(_ path: String) throws {
        let problems = try StoreFile(path).examine().problems
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test(
        "a store does what the rules say, and nothing else", arguments: StoreUnderTest.available,
        1...max(1, ModelTests.schedules))
    func random(_ kind: StoreUnderTest, run number: Int) async throws {
        let recovery = try CrashRecovery.failing(appB)
        try await kind.withStore(durability: .normal, recovery: recovery) { test in
            let run = ReferenceRun(test, Reference(recovery: recovery))
            for step in 1...kind.steps {
                try await run.step(step)
                if kind == .sqlite, step % 100 == 0 { try examine(test.path) }
            }
            try await run.finish()
        }
    }
}

/// A store and the reference, taken through the same events.
private final class ReferenceRun {
    private let test: TestStore
    private let reference: Reference
    private var events = RandomEvents(SeededNumbers(), hasNoStore: false)
    private var restarts: Int64 = 0

    init(_ test: TestStore, _ reference: Reference) {
        self.test = test
        self.reference = reference
    }

    private var store: any Store { test.store }
    private var now: Timestamp { events.now }

    func step(_ number: Int) async throws {
        guard let event = events.next(for: reference) else { return }
        do {
            try await happens(event)
        } catch {
            throw Unexpected("step \(number), \(event.name): \(error)")
        }
    }

    /// Works off all that is left.
    func finish() async throws {
        var rounds = 0
        while !reference.isIdle {
            rounds += 1
            try demand(rounds < 10_000, "what is left cannot be worked off")
            for event in events.last(for: reference) { try await happens(event) }
        }
        for conversation in reference.all { try conversation.checkEnd() }
    }

    private func happens(_ event: RandomEvent) async throws {
        switch event {
        case .accept(let submission, _):
            let acceptance = try await store.accept(submission, at: now)
            try same(acceptance, try reference.accept(submission, at: now))
        case .claim: try await claim()
        case .settle(let lease, let settlement):
            let isHeld = try await store.settle(lease, as: settlement, at: now)
            try same(isHeld, try reference.settle(lease, as: settlement, at: now))
        case .say(let part, let kind, let lease):
            let isHeld = try await store.say(part, as: kind, for: lease, at: now)
            try same(isHeld, try reference.say(part, as: kind, for: lease, at: now))
        case .acknowledge(let part, let lease):
            let isNews = try await store.acknowledge(part, for: lease, at: now)
            try same(isNews, try reference.acknowledge(part, for: lease, at: now))
        case .ask(let asked, let lease):
            let question = try await store.ask(asked, for: lease, at: now)
            try same(question, try reference.ask(asked, for: lease, at: now))
        case .close(let question, let ending):
            let isNews = try await store.close(question, as: ending, at: now)
            try same(isNews, try reference.close(question, as: ending, at: now))
            let stored = try await store.endings(of: [question])[question]
            try same(stored, reference.owner(of: question.number)?.questions.first { $0.id == question }?.ending)
        case .cancel(let job):
            let result = try await refusable {
                try await store.cancel(job, why: "by an operator", notice: "cancelled", at: now)
            }
            try same(result, try reference.cancel(job, why: "by an operator", notice: "cancelled", at: now))
        case .retry(let job):
            let result = try await refusable { try await store.retry(job, at: now) }
            try same(result, try reference.retry(job, at: now))
        case .replay(let delivery):
            let result = try await refusable { try await store.replay(delivery, at: now) }
            try same(result, try reference.replay(delivery, at: now))
        case .claimDelivery: try await claimDelivery()
        case .markSent(let delivery, let receipt):
            #expect(try await store.markSent(delivery, receipt, at: now))
            try reference.markSent(delivery, receipt, at: now)
        case .postpone(let delivery, let due):
            #expect(try await store.postpone(delivery, until: due, reason: "busy", at: now))
            try reference.postpone(delivery, until: due, at: now)
        case .markFailed(let delivery, let failure):
            #expect(try await store.markFailed(delivery, reason: "no", as: failure, at: now))
            try reference.markFailed(delivery, as: failure, at: now)
        case .hurry(let endpoint):
            let count = try await store.hurry(endpoint, at: now)
            try same(count, try reference.hurry(endpoint, at: now))
        case .giveAnew: throw Unexpected("a store knows by itself what it has to give anew")
        case .rescue:
            let count = try await store.rescue(except: "another", at: now)
            try same(count, try reference.rescue(except: "another", at: now))
        case .restart:
            try await test.startAgain(after: events.chance(1, in: 2) ? .stop : .kill)
            // A start goes by the clock of the system, which is behind that of the test.
            restarts += 1
            try reference.restart(at: time(restarts - 50_000_000))
        }
        try reference.check()
        try await compareCancellations()
    }

    private func same<Value: Equatable>(_ stored: Value, _ expected: Value) throws {
        try demand(stored == expected, "the store says \(stored), and the rules \(expected)")
    }

    private func refusable<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> Result<Value, ControlRefusal> {
        do { return .success(try await body()) } catch let refusal as ControlRefusal { return .failure(refusal) }
    }

    private func compareCancellations() async throws {
        let stored = try await store.cancellations().map { "\($0.lease.job) \($0.lease.number) \($0.reason)" }
        let expected = reference.all.compactMap(\.running).compactMap { job in
            job.cancel.map { "\(job.id) \(job.lease) \($0)" }
        }
        try same(Set(stored), Set(expected))
    }

    // MARK: What the store chooses

    private func claim() async throws {
        let claimed = try await store.claim(1, for: "test", at: now).first
        try reference.comeDue(at: now)
        let ready = reference.all.filter { if case .ready? = $0.place { true } else { false } }
        guard let claimed else { return try demand(ready.isEmpty, "of \(ready.count) conversations none is claimed") }
        guard let conversation = ready.first(where: { $0.key == claimed.conversation }) else {
            throw Unexpected("\(claimed.lease.job) is claimed, whose conversation is not ready")
        }
        let since = ready.filter { $0.key.endpoint == conversation.key.endpoint }.compactMap(\.place?.at).min()
        try demand(conversation.place?.at == since, "of its app another conversation has waited longer")
        let job = try reference.claim(conversation, for: "test", at: now)
        try same(claimed.lease, job?.held ?? Lease(job: JobID(0), number: 0))
        try same(claimed.texts, job?.messages.map(\.text) ?? [])
        try same([claimed.epoch, Int64(claimed.attempt)], [job?.epoch ?? 0, Int64(job?.attempt ?? 0)])
        try same(claimed.crashes, job?.crashes ?? 0)
    }

    private func claimDelivery() async throws {
        var rules = DeliveryRules(limit: 1)
        rules.memberLimits = [appA: Reference.limits, appB: Reference.limits]
        let claimed = try await store.claimDeliveries(within: rules, at: now).first
        try reference.outboxesComeDue(at: now)
        for conversation in reference.all where conversation.key != claimed?.conversation {
            try await passOver(conversation, isLast: claimed == nil)
        }
        guard let claimed else { return }
        let conversation = reference.conversation(claimed.conversation)
        var taken: ReferenceDelivery?
        while taken == nil, case .ready? = conversation.outbox {
            taken = try reference.takeDelivery(of: conversation, within: Reference.limits.out, at: now)
        }
        guard let taken else { throw Unexpected("\(claimed.id) goes, and nothing of its conversation may") }
        try same(claimed.id, taken.id)
        try same(claimed.part, taken.part)
        try same(claimed.job, taken.job)
        try same([claimed.attempt, claimed.checksDuplicates ? 1 : 0], [taken.attempt, taken.checks == true ? 1 : 0])
        if case .recall(let target) = taken.part.body {
            try same(claimed.recalled, conversation.delivery(target)?.receipt.wecomID)
        }
    }

    /// Looks at a conversation as often as the store has, of which nothing goes now: each look may drop what is of no use.
    private func passOver(_ conversation: ReferenceConversation, isLast: Bool) async throws {
        while case .ready? = conversation.outbox {
            if !isLast {
                guard let first = conversation.outgoing.first, try await store.delivery(first.id)?.state == .dropped
                else { return }
            }
            let goes = try reference.takeDelivery(of: conversation, within: Reference.limits.out, at: now)
            try demand(goes == nil, "nothing goes, and \(goes?.id.description ?? "") may")
        }
    }
}
