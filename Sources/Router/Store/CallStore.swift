package import System

/// The durable half of being called by agents that are elsewhere.
package protocol CallStore: Sendable {
    /// Lets whoever proves a token call about a job, from now on and while it lives. Of the token only `digest` is kept.
    /// False when a later lease has outbid this one.
    func admit(_ digest: TokenDigest, for scope: CallScope, to lease: Lease, at now: Timestamp) async throws -> Bool

    /// Takes a call, durably, before it returns. One with a number that was there changes nothing.
    func take(_ call: AgentCall, about job: JobID, proving token: TokenDigest) async throws -> CallReceipt

    /// The calls about a job that arrived after the one with that `arrival`, 0 for all, in the order in which they came;
    /// of many only the first.
    func calls(about job: JobID, after arrival: Int64) async throws -> [AgentCall]

    /// Forgets what was told: the turn begins again.
    func forgetCalls(about job: JobID) async throws

    /// The state of a job, for whoever proves a token of it.
    func standing(of job: JobID, proving token: TokenDigest, for scope: CallScope) async throws -> CallReceipt
}

/// The SHA-256 of a token, which is all that is kept of it.
package struct TokenDigest: Sendable, Hashable {
    package let bytes: [UInt8]
    package init(bytes: [UInt8]) { self.bytes = bytes }
}

/// The use of a token.
package enum CallScope: Int64, Sendable {
    /// Telling events, and asking how the job stands.
    case events = 0
    /// Fetching what was sent along.
    case files = 1
}

package enum CallReceipt: Sendable, Equatable {
    /// The job runs, or will; a call was taken, or had been.
    case taken
    /// The same, and it is to be stopped.
    case stopping
    /// There is no such job.
    case unknown
    case wrongToken
    /// The job has ended.
    case over
    /// More than may be told about one job.
    case tooMany

    /// The standing of a job that is known, and that the token is for.
    package init(isOver: Bool, isStopping: Bool) { self = isOver ? .over : isStopping ? .stopping : .taken }
}
