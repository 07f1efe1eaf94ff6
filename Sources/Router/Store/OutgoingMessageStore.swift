import Crypto
package import System

/// Keeps outgoing messages: those that answer no job.
package protocol OutgoingMessageStore: Sendable {
    /// Writes a message to the outbox, durably, before it returns. A key that was used within a day writes nothing and gives
    /// the first delivery; for another message it throws `KeyIsTaken`.
    func post(_ message: OutgoingMessage, at now: Timestamp) async throws -> Posted

    /// A delivery as it stands; nil when there is none of that number, or no more.
    func delivery(_ id: DeliveryID) async throws -> DeliverySummary?
}

/// A caller's name for a request, so that repeating it does nothing.
package struct IdempotencyKey: Sendable, Equatable {
    /// 16 bytes.
    package let digest: [UInt8]
    package init(_ text: String) { digest = Array(sha256(Array(text.utf8)).prefix(16)) }

    /// The time for which a request is known again.
    package static let lifetime = Duration.seconds(24 * 3600)
}

/// The key was used for another request.
package struct KeyIsTaken: Error, Equatable, CustomStringConvertible {
    package init() {}
    package var description: String { "this Idempotency-Key was used for another message within the last 24 hours" }
}

/// The delivery of an outgoing message.
package struct Posted: Sendable, Equatable {
    package let delivery: DeliveryID
    /// It was posted earlier, under the same key.
    package let isRepeat: Bool

    package init(delivery: DeliveryID, isRepeat: Bool) {
        self.delivery = delivery
        self.isRepeat = isRepeat
    }
}
