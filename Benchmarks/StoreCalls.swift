import Router
import System

/// Messages on their way through a store's calls, as callbacks, workers and couriers make them.
struct StoreCalls<Store: JobStore & DeliveryStore> {
    private let callers = 64
    private let batch = 16

    let store: Store
    let apps: [Endpoint]
    /// The time that the calls are told.
    let now: @Sendable () -> Timestamp
    /// The processor's time that the store has had so far.
    let processor: @Sendable () throws -> Duration

    init(
        store: Store, apps: [Endpoint],
        processor: @escaping @Sendable () throws -> Duration = { try processorTime(ofProcess: "self") },
        now: @escaping @Sendable () -> Timestamp = { .steady }
    ) {
        self.store = store
        self.apps = apps
        self.now = now
        self.processor = processor
    }

    /// Takes one message of each conversation from callback to delivery, call by call: what each costs, by call.
    func run(_ conversations: [Int]) async throws -> [CallCost] {
        let submissions = conversations.map(submission(to:))
        let count = submissions.count
        let accept = try await time(count) {
            try await concurrently(submissions) { submission in
                guard case .job = try await store.accept(submission, at: now()).effect else { throw Unexpected() }
            }
        }
        var jobs: [ClaimedJob] = []
        let claim = try await time(count) {
            jobs = try await gather(count) { try await store.claim($0, for: "benchmark", at: now()) }
        }
        let settlements = jobs.map { job in (job.lease, Settlement(.done, parts: [answer(to: job)])) }
        let settle = try await time(count) {
            try await concurrently(settlements) { lease, settlement in
                guard try await store.settle(lease, as: settlement, at: now()) else { throw Unexpected() }
            }
        }
        var deliveries: [Delivery] = []
        let take = try await time(count) {
            deliveries = try await gather(count) { try await store.claimDeliveries($0, for: "test", at: now()) }
        }
        let sent = try await time(count) {
            try await concurrently(deliveries) { delivery in
                let receipt = SendReceipt(wecomID: "\(delivery.id.number)")
                guard try await store.markSent(delivery.lease, receipt, at: now()) else { throw Unexpected() }
            }
        }
        return [accept, claim, settle, take, sent]
    }

    private func submission(to conversation: Int) -> Submission {
        let user = StoredJobs.user(of: conversation)
        let now = self.now()
        return Submission(
            key: DedupKey(
                stamp: now.milliseconds << 20 + Int64(conversation),
                digest: (0..<16).map { _ in UInt8.random(in: 0...255) }),
            conversation: ConversationKey(
                endpoint: apps[StoredJobs.app(of: conversation, among: apps.count)], user: user),
            .job(
                JobRequest(
                    AcceptedMessage(
                        from: user, text: Traffic.text, messageID: "\(now.milliseconds << 20)", sentAt: now,
                        replyAddress: .user(user)),
                    refusal: Notice(.tooMuch, nil)))
        )
    }

    private func answer(to job: ClaimedJob) -> Part {
        Part(to: job.messages[0].replyAddress, Traffic.text + "\(job.lease.job)")
    }

    // MARK: Making calls

    /// One of `count` calls.
    private func time(_ count: Int, _ calls: () async throws -> Void) async throws -> CallCost {
        let (start, before) = (MonotonicTime.now, try processor())
        try await calls()
        let (end, after) = (MonotonicTime.now, try processor())
        func microseconds(_ duration: Duration) -> Double { Double(duration.inNanoseconds) / Double(count) / 1000 }
        return CallCost(time: microseconds(end.since(start)), processor: microseconds(after - before))
    }

    private func concurrently<Item: Sendable>(
        _ items: [Item], _ call: @escaping @Sendable (Item) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<callers {
                group.addTask {
                    for index in stride(from: caller, to: items.count, by: callers) {
                        try await call(items[index])
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Claims batch by batch.
    private func gather<Item>(_ count: Int, _ claim: (Int) async throws -> [Item]) async throws -> [Item] {
        var items: [Item] = []
        while items.count < count {
            let batch = try await claim(min(batch, count - items.count))
            if batch.isEmpty { throw Unexpected() }
            items += batch
        }
        return items
    }
}

/// Microseconds that a call takes, and that processors work for it.
struct CallCost {
    let time: Double
    let processor: Double
}

private struct Unexpected: Error, CustomStringConvertible {
    let description = "the store did something else than it was to be measured at"
}
