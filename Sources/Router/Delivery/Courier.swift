import JSON
package import Lifecycle
package import Observability
import System

/// Carries deliveries out through their app's lane, one at a time in each conversation.
package struct Courier: Service {
    package let name = "couriers"
    private let foreman: Foreman<Delivery>

    package init(
        store: any DeliveryStore, lanes: [AppKey: any Lane], directory: AppDirectory, concurrency: Int,
        wakeup: Wakeup, metrics: DeliveryMetrics, log: Logger
    ) {
        let round = DeliveryRound(store: store, lanes: lanes, directory: directory, metrics: metrics, log: log)
        foreman = Foreman(
            name: name, concurrency: concurrency, wakeup: wakeup, finishesBacklog: true, log: log,
            claim: { try await store.claimDeliveries($0, at: .steady) },
            work: { await round.carry($0) })
    }

    package func run(_ life: ServiceLife) async { await foreman.run(life) }
}

/// One try of one delivery, from the lane to the note in the store.
struct DeliveryRound: Sendable {
    let store: any DeliveryStore
    let lanes: [AppKey: any Lane]
    let directory: AppDirectory
    let metrics: DeliveryMetrics
    let log: Logger

    private static let backoff = Backoff(first: .seconds(1), longest: .seconds(300))

    func carry(_ delivery: Delivery) async {
        let log = log.with([
            .job: delivery.job.map { .string($0.description) },
            .delivery: .string(delivery.id.description),
            .app: .string(directory[delivery.conversation.app]?.name ?? delivery.conversation.app.description),
            .user: .string(delivery.conversation.scopedUser),
            .attempt: .integer(Int64(delivery.attempt)),
        ])
        let outcome = await lanes[delivery.conversation.app]?.send(delivery) ?? .failed(reason: "app_gone")
        metrics.count(outcome)
        let isNoted: Void? = await untilStored("what became of a delivery", log) {
            try await note(outcome, of: delivery, log)
        }
        if isNoted == nil { log.error("what became of a delivery is not stored; it goes again after the next start") }
    }

    private func note(_ outcome: SendOutcome, of delivery: Delivery, _ log: Logger) async throws {
        let now = Timestamp.steady
        switch outcome {
        case .sent(let wecomID):
            try await store.markSent(delivery.id, wecomID: wecomID, at: now)
            log.info("delivered")
        case .retry(let reason, let isAmbiguous):
            let age = now.since(IdentifierSource.time(of: delivery.id.number))
            guard age < Delivery.patience else {
                try await store.markFailed(delivery.id, reason: "given up after a day: \(reason)", at: now)
                return log.error("a delivery is given up after a day", [.reason: .string(reason)])
            }
            let wait = DeliveryRound.backoff.delay(afterAttempt: delivery.attempt)
            try await store.postpone(delivery.id, until: now.advanced(by: wait), reason: reason, at: now)
            log.warning(
                "a delivery waits for its next try",
                [.reason: .string(reason), "in": .string(wait.short), "ambiguous": .bool(isAmbiguous)])
        case .failed(let reason):
            try await store.markFailed(delivery.id, reason: reason, at: now)
            log.error("a delivery failed", [.reason: .string(reason)])
        }
    }
}
