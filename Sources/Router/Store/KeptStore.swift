package import System

/// The durable half of answers that found no way out: they are given at the top of the next answer in their conversation, once.
package protocol KeptStore: Sendable {
    /// Lists what is kept for a conversation, the oldest first, at most `KeptAnswer.most` of it. What was sent anew by an operator
    /// is not among it.
    func kept(for conversation: ConversationKey) async throws -> [KeptAnswer]
}

/// A piece of an answer that found no way out, and is kept for the next one.
package struct KeptAnswer: Sendable, Equatable {
    package let delivery: DeliveryID
    /// The job that it answered.
    package let job: JobID
    package let body: Part.Body

    package init(_ delivery: DeliveryID, of job: JobID, _ body: Part.Body) {
        self.delivery = delivery
        self.job = job
        self.body = body
    }

    /// The time at which it was asked for.
    package var askedAt: Timestamp { IdentifierSource.time(of: job.number) }

    /// The number that is given with one answer; the others wait for those after it.
    package static let most = 8
}
