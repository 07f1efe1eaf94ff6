import JSON
import Lifecycle
import Observability
import System
import WeCom

/// One try of one delivery, from the lane to the note in the store.
struct DeliveryRound: Sendable {
    let store: any DeliveryStore
    let serving: Serving
    let blobs: BlobFolder
    let traffic: AppTraffic
    let metrics: DeliveryMetrics
    var clock: any WorkClock = .steady
    let log: Logger
    /// False once the delivery may be another courier's: this process was suspended, or its database away.
    var isHeld: @Sendable () -> Bool = { true }

    private static let backoff = Backoff(first: .seconds(1), longest: .seconds(300))

    func carry(_ delivery: Delivery) async {
        let app = delivery.conversation.endpoint
        let log = log.with([
            .job: delivery.job.map { .string($0.description) },
            .delivery: .string(delivery.id.description),
            .app: .string(label(of: app)),
            .user: .string(delivery.conversation.scopedUser),
            .attempt: .integer(Int64(delivery.attempt)),
        ])
        defer { traffic.ended(app) }
        let outcome = await attempt(delivery, log)
        CrashPoint.reach(.afterSend)
        metrics.count(outcome, of: label(of: app))
        let pausedUntil = pauseOrResume(app, after: outcome)
        let isNoted = await untilStored("what became of a delivery", log, failures: metrics.unstored) {
            try await note(outcome, of: delivery, pausedUntil: pausedUntil, log)
        }
        switch isNoted {
        case nil: log.error("what became of a delivery is not stored; it goes again after the next start")
        case false?: log.warning("another courier has taken this delivery over; what this one knows of it is dropped")
        case true?: break
        }
    }

    private func label(of app: Endpoint) -> String { serving.app(app)?.name ?? app.description }

    // MARK: The try

    /// Tries the ways of the address, one after the other, until one is not gone. Where a way is closed for now and no other takes it,
    /// it waits.
    private func attempt(_ delivery: Delivery, _ log: Logger) async -> SendOutcome {
        let endpoint = delivery.conversation.endpoint
        guard let lane = serving.lanes[endpoint] else {
            // One that was switched off since this was claimed takes it up again later.
            return serving.directory.isDormant(endpoint) ? .interrupted : .failed(reason: "app_gone")
        }
        var delivery = delivery
        var lastReason = "all have expired or are used up"
        var closed: String?
        while let way = delivery.part.address.way(at: clock.timestamp) {
            let outcome = await attempt(delivery, through: lane, log)
            let tried: Way.Kind
            switch outcome {
            case .wayGone(let kind, let reason):
                (tried, lastReason) = (kind, reason)
                log.info("a way out is gone", [.reason: .string(reason)])
            case .wayClosed(let kind, let reason): (tried, closed) = (kind, closed ?? reason)
            default: return outcome.naming(way, of: delivery)
            }
            guard delivery.part.address.useUp(tried) else { break }
        }
        if let closed { return .retry(reason: closed, isAmbiguous: false) }
        return .noWayLeft(reason: "no way out is left: \(lastReason)")
    }

    private func attempt(_ delivery: Delivery, through lane: any Lane, _ log: Logger) async -> SendOutcome {
        guard isHeld() else { return .interrupted }
        let outcome = await lane.send(delivery)
        guard case .file(let file, _) = delivery.part.body, case .mediaGone = outcome else { return outcome }
        return await uploadAndSend(delivery, file, through: lane, log)
    }

    /// WeCom's id of the file is on disk before the message that names it goes: every try sends the same bytes.
    private func uploadAndSend(
        _ delivery: Delivery, _ file: OutgoingFile, through lane: any Lane, _ log: Logger
    ) async -> SendOutcome {
        let path: String
        do {
            path = try await blobs.bring(file.blob)
        } catch {
            return .retry(reason: "the file could not be brought here: \(error)", isAmbiguous: false)
        }
        switch await lane.upload(file, at: path, for: delivery) {
        case .not(let outcome): return outcome
        case .taken(let media):
            CrashPoint.reach(.afterUpload)
            let isKept = await untilStored("what WeCom calls a file", log, failures: metrics.unstored) {
                try await store.keepMedia(media, for: delivery.lease, at: clock.timestamp)
            }
            guard isKept == true, isHeld() else { return .interrupted }
            var delivery = delivery
            delivery.media = media
            let outcome = await lane.send(delivery)
            if case .mediaGone(let reason) = outcome { return .failed(reason: reason) }
            return outcome
        }
    }

    // MARK: The app

    /// Until when the app pauses, if it does.
    private func pauseOrResume(_ app: Endpoint, after outcome: SendOutcome) -> Timestamp? {
        switch outcome {
        case .retry(_, _, let pause?):
            let (until, length) = traffic.pause(app, pause, at: clock.timestamp)
            if let length {
                log.error(
                    "an app sends nothing for a while; its deliveries wait, in order",
                    [
                        .app: .string(label(of: app)), "code": .string(pause.code),
                        "for": .string(length.short), "advice": .string(pause.advice),
                    ])
            }
            return until
        case .sent, .failed, .unclear, .mediaGone, .wayGone, .wayClosed, .noWayLeft:
            if traffic.resume(app) { log.info("an app sends again", [.app: .string(label(of: app))]) }
            return nil
        case .retry, .interrupted: return nil
        }
    }

    // MARK: The delivery

    /// True if it was still ours to say.
    private func note(
        _ outcome: SendOutcome, of delivery: Delivery, pausedUntil: Timestamp?, _ log: Logger
    ) async throws -> Bool {
        let now = clock.timestamp
        switch outcome {
        case .sent(let receipt):
            guard try await store.markSent(delivery.lease, receipt, at: now) else { return false }
            if let unreached = receipt.unreached {
                log.warning("delivered, but not to all", [.reason: .string(unreached.words)])
            } else {
                log.info("delivered")
            }
        case .retry(let reason, let isAmbiguous, _):
            guard !isOverdue(delivery, at: now) else {
                return try await fail(delivery, "given up after a day: \(reason)", as: .ofReply, at: now, log)
            }
            let due = pausedUntil ?? now.advanced(by: DeliveryRound.backoff.delay(afterAttempt: delivery.attempt))
            guard try await store.postpone(delivery.lease, until: due, reason: reason, at: now) else { return false }
            log.warning(
                "a delivery waits for its next try",
                [.reason: .string(reason), "in": .string(due.since(now).short), "ambiguous": .bool(isAmbiguous)])
        case .interrupted: return try await store.postpone(delivery.lease, until: now, reason: nil, at: now)
        case .noWayLeft(let reason): return try await fail(delivery, reason, as: .forWantOfWays, at: now, log)
        // The rest of its reply goes on: most likely this is there.
        case .unclear(let reason):
            let why = "it may have been shown, and is not sent again: \(reason)"
            return try await fail(delivery, why, as: .ofOne, at: now, log)
        case .failed(let reason), .mediaGone(let reason), .wayGone(_, let reason), .wayClosed(_, let reason):
            return try await fail(delivery, reason, as: delivery.part.isFile ? .ofOne : .ofReply, at: now, log)
        }
        return true
    }

    private func fail(
        _ delivery: Delivery, _ reason: String, as failure: DeliveryFailure, at now: Timestamp, _ log: Logger
    ) async throws -> Bool {
        guard try await store.markFailed(delivery.lease, reason: reason, as: failure, at: now) else { return false }
        log.error("a delivery failed", [.reason: .string(reason)])
        return true
    }

    private func isOverdue(_ delivery: Delivery, at now: Timestamp) -> Bool {
        delivery.attempt >= Delivery.leastTries
            && now.since(IdentifierSource.time(of: delivery.id.number)) >= Delivery.patience
    }
}

extension SendOutcome {
    /// The same with the way that took it, where there were several.
    fileprivate func naming(_ way: Way, of delivery: Delivery) -> SendOutcome {
        guard case .sent(var receipt) = self, delivery.part.address.ways.count > 1 else { return self }
        receipt.way = way.kind
        return .sent(receipt)
    }
}
