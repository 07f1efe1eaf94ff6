package import Lifecycle
package import Router

/// A bot's lane with an app behind it, which delivers what none of the bot's own ways takes.
package struct LaneWithFallback<Own: Lane>: Lane {
    private let own: Own
    private let fallback: AppFallback
    private let clock: any WorkClock

    package init(_ own: Own, behind fallback: AppFallback, by clock: any WorkClock) {
        self.own = own
        self.fallback = fallback
        self.clock = clock
    }

    package static var speech: Speech { Own.speech }

    package func send(_ delivery: Delivery) async -> SendOutcome {
        isForApp(delivery) ? await fallback.send(delivery) : await own.send(delivery)
    }

    package func upload(_ file: OutgoingFile, at path: String, for delivery: Delivery) async -> UploadOutcome {
        isForApp(delivery)
            ? await fallback.upload(file, at: path, for: delivery)
            : await own.upload(file, at: path, for: delivery)
    }

    package func fetch(_ media: SentMedia, into folder: String, limit: Int) async throws -> Attachment {
        try await own.fetch(media, into: folder, limit: limit)
    }

    private func isForApp(_ delivery: Delivery) -> Bool {
        delivery.part.address.way(at: clock.timestamp)?.kind == .app
    }
}

extension Speech {
    /// The same where an app stands behind a bot: it carries the files that the bot cannot.
    package var withFallback: Speech {
        var speech = self
        speech.filesByApp = AppLane.speech.files
        return speech
    }
}
