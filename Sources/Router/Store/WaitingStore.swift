package import System

/// The durable half of telling people that their messages have arrived, begun or not.
package protocol WaitingStore: Sendable {
    /// The jobs behind one and up to another, in order, that no worker has had: at most `limit`.
    func untouchedJobs(behind first: JobID, upTo last: JobID, atMost limit: Int) async throws -> [UntouchedJob]

    /// The messages of open jobs that came with files, with what they were sent to, if they were sent at `moment` or later: at most
    /// `limit`.
    func messagesWithFiles(
        sentSince moment: Timestamp, atMost limit: Int
    ) async throws -> [(message: AcceptedMessage, endpoint: Endpoint)]

    /// Acknowledges a job that nobody has begun, once, in the words that fit the number of open jobs of its conversation that
    /// come before it. False, with nothing written, when it has begun, has ended, or was acknowledged.
    func acknowledge(
        _ job: JobID, at now: Timestamp, saying words: @escaping @Sendable (_ ahead: Int) -> String
    ) async throws -> Bool

    /// Acknowledges a job whose turn runs, in place of an acknowledgement that has not gone. False, with nothing written, when
    /// one has, when a later lease has outbid this one, or when the job is to be stopped.
    func acknowledge(_ part: Part, for lease: Lease, at now: Timestamp) async throws -> Bool
}

/// A job that no worker has had.
package struct UntouchedJob: Sendable, Equatable {
    package let job: JobID
    package let endpoint: Endpoint

    package init(_ job: JobID, to endpoint: Endpoint) {
        self.job = job
        self.endpoint = endpoint
    }
}
