import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// The words in which a person hears that a crash ended their job.
func crashWords(of job: JobID, retry: String? = nil) -> String {
    ChatTexts.chinese.words(for: AgentFailure(.interrupted, ""), of: job, retry: retry)
}

extension JobStore {
    /// Accepts a message that has not been seen before.
    @discardableResult
    func accept(
        _ text: String,
        from user: String = "zhangsan",
        to app: Endpoint = appA,
        id: Int,
        at now: Timestamp = time(0)
    ) async throws -> JobID {
        let acceptance = try await accept(submission(text, from: user, to: app, id: id), at: now)
        guard case .job(let job) = acceptance.effect, !acceptance.isRepeat else {
            throw Unexpected("\(text) came to \(acceptance)")
        }
        return job
    }

    func claimAll(at now: Timestamp = time(0)) async throws -> [ClaimedJob] {
        try await claim(1000, for: "test", at: now)
    }

    func claimOne(at now: Timestamp = time(0)) async throws -> ClaimedJob {
        try #require(try await claim(1, for: "test", at: now).first)
    }

    /// Accepts a message, and has a worker begin with it.
    func begin(
        _ text: String, from user: String = "zhangsan", to app: Endpoint = appA, id: Int, at now: Timestamp = time(0)
    ) async throws -> ClaimedJob {
        try await accept(text, from: user, to: app, id: id, at: now)
        return try await claimOne(at: now)
    }

    func settle(_ job: ClaimedJob, _ settlement: Settlement, at now: Timestamp = time(0)) async throws {
        #expect(try await settle(job.lease, as: settlement, at: now))
    }
}

extension DeliveryStore {
    /// Claims at most `limit` deliveries of whatever app.
    func claimDeliveries(_ limit: Int, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(limit, for: "test", at: now)
    }

    func claimDeliveries(within rules: DeliveryRules, at now: Timestamp) async throws -> [Delivery] {
        try await claimDeliveries(for: "test", within: rules, at: now)
    }

    // What nobody else has taken over.

    func markSent(_ delivery: Delivery, _ receipt: SendReceipt, at now: Timestamp) async throws {
        #expect(try await markSent(delivery.lease, receipt, at: now))
    }

    func keepMedia(_ media: UploadedMedia, of delivery: Delivery, at now: Timestamp) async throws {
        #expect(try await keepMedia(media, for: delivery.lease, at: now))
    }

    func postpone(_ delivery: Delivery, until due: Timestamp, reason: String?, at now: Timestamp) async throws {
        #expect(try await postpone(delivery.lease, until: due, reason: reason, at: now))
    }

    func markFailed(_ delivery: Delivery, reason: String, at now: Timestamp) async throws {
        #expect(try await markFailed(delivery.lease, reason: reason, at: now))
    }
}

extension JobStore where Self: DeliveryStore {
    /// Takes a message through to its reply, which is left in the outbox.
    func answer(
        _ parts: [String],
        to user: String = "zhangsan",
        of app: Endpoint = appA,
        id: Int,
        at now: Timestamp = time(0)
    ) async throws {
        try await accept("question \(id)", from: user, to: app, id: id, at: now)
        let job = try await claimOne(at: now)
        try await settle(job, Settlement(.done, parts: parts.map { part($0, to: user) }), at: now)
    }

    func claimDelivery(at now: Timestamp = time(0)) async throws -> Delivery {
        try #require(try await claimDeliveries(1, at: now).first)
    }

    /// The texts of all that goes out from here on, in order.
    func sendAll(at now: Timestamp = time(0)) async throws -> [String] {
        var texts: [String] = []
        while true {
            let deliveries = try await claimDeliveries(100, at: now)
            if deliveries.isEmpty { return texts }
            for delivery in deliveries {
                texts.append(delivery.part.text)
                try await markSent(delivery, SendReceipt(), at: now)
            }
        }
    }
}

extension ClaimedJob {
    var texts: [String] { messages.map(\.text) }
    var text: String { texts.joined(separator: "\n") }
}
