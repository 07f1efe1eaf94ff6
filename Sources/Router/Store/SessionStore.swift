package import JSON
package import System
package import WeCom

/// The durable half of what agents remember.
package protocol SessionStore: Sendable {
    /// The memory that the agent of that name has of a conversation in one of its epochs; nil for none.
    func session(of conversation: ConversationKey, epoch: Int64, agent: String) async throws -> Session?

    /// Keeps what an agent remembers, durably, before it returns; a fresh session begins its count anew. False, with
    /// nothing changed, when a later lease has outbid this one.
    func keep(_ update: SessionUpdate, for lease: Lease, at now: Timestamp) async throws -> Bool

    /// The sessions that `filter` lets through, those begun last first.
    func sessions(matching filter: LedgerFilter) async throws -> Page<SessionSummary>

    /// Begins the next epoch of a conversation, as `/new` does; in a group the sessions that members have of their own are over,
    /// too. False where nobody has ever written.
    func beginEpoch(of conversation: ConversationKey, at now: Timestamp) async throws -> Bool

    /// Forgets those sessions of the page behind `mark` that nobody has used since `moment`.
    func pruneSessions(
        unusedSince moment: Timestamp, behind mark: Int64?
    ) async throws -> PrunedPage<Int64>
}

/// A change to an agent's memory of a conversation.
package struct SessionUpdate: Sendable, Equatable {
    package let agent: String
    /// nil leaves what there is, if anything.
    package let state: JSONValue?
    /// The session before it is over: this is the first turn of the next.
    package let isFresh: Bool

    package init(agent: String, state: JSONValue?, isFresh: Bool) {
        self.agent = agent
        self.state = state
        self.isFresh = isFresh
    }
}

/// A session as a list shows it.
package struct SessionSummary: Sendable, Equatable {
    package let endpoint: Endpoint
    package let peer: String
    /// The member of a group whose own it is; nil where all share it.
    package let member: UserID?
    package let agent: String
    package let epoch: Int64
    /// True if a new message would go on with it.
    package let isCurrent: Bool
    package let turns: Int
    package let startedAt: Timestamp
    package let usedAt: Timestamp
    package let lastJob: JobID
    package let bytes: Int

    package init(
        endpoint: Endpoint, peer: String, member: UserID? = nil, agent: String, epoch: Int64, isCurrent: Bool,
        turns: Int,
        startedAt: Timestamp,
        usedAt: Timestamp, lastJob: JobID, bytes: Int
    ) {
        self.endpoint = endpoint
        self.peer = peer
        self.member = member
        self.agent = agent
        self.epoch = epoch
        self.isCurrent = isCurrent
        self.turns = turns
        self.startedAt = startedAt
        self.usedAt = usedAt
        self.lastJob = lastJob
        self.bytes = bytes
    }
}
