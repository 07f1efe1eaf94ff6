/// The durable half of what people think of answers.
package protocol FeedbackStore: Sendable {
    /// Keeps what a person says of the answer to a job, in place of what they said before. Changes nothing where `endpoint` has
    /// no such job in its conversation with `peer`, with any one person where that is nil; nor for what they said already, or
    /// before what they said last.
    func keep(
        _ feedback: JobFeedback, on job: JobID, of endpoint: Endpoint, with peer: Peer?
    ) async throws -> FeedbackEffect
}

/// The result of taking in what a person thinks of an answer.
package enum FeedbackEffect: Sendable, Equatable {
    case kept
    /// It is known already.
    case known
    /// There is no such answer there.
    case unknownAnswer
}
