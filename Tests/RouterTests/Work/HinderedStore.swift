import Lifecycle
import Router
import System

struct DiskFull: StoreError { let mayPass = true }
struct Damaged: StoreError { let mayPass = false }

/// A store that can be made to fail, or not to answer.
final class HinderedStore: TurnStore {
    /// The way in which it takes renewals.
    enum Renewals { case work, fail, hang }

    private struct State {
        var settlementFailure: (any StoreError)?
        var noticeFailure: (any StoreError)?
        var renewals = Renewals.work
        var looksAway = 0
        var looks = 0
        var count = 0
    }

    private let store: any TurnStore
    private let state = Lock(State())
    private let counted = Wakeup()
    /// Renewals that hang go on behind it.
    let release = Signpost()

    init(_ store: any TurnStore) { self.store = store }

    func failNextSettlement(with error: any StoreError) { state.withLock { $0.settlementFailure = error } }
    func failNextNotice(with error: any StoreError) { state.withLock { $0.noticeFailure = error } }
    /// Fails the next looks for messages with files.
    func failLooks(_ count: Int) { state.withLock { $0.looksAway = count } }
    /// The number of looks for messages with files.
    var looks: Int { state.withLock { $0.looks } }
    func take(renewals: Renewals) { state.withLock { $0.renewals = renewals } }

    /// Counts how often leases were to be renewed; waits until it was so often.
    func renewals(atLeast count: Int) async -> Int {
        while true {
            let known = state.withLock { $0.count }
            if known >= count { return known }
            await counted.wait()
        }
    }

    func renew(_ leases: [Lease], for duration: Duration, at now: Timestamp) async throws -> [Lease] {
        defer { counted.signal() }
        switch state.withLock({ $0.renewals }) {
        case .work:
            defer { state.withLock { $0.count += 1 } }
            return try await store.renew(leases, for: duration, at: now)
        case .fail:
            state.withLock { $0.count += 1 }
            throw DiskFull()
        case .hang:
            state.withLock { $0.count += 1 }
            counted.signal()
            await release.waitThroughCancellation()
            throw DiskFull()
        }
    }

    func kept(for conversation: ConversationKey) async throws -> [KeptAnswer] {
        try await store.kept(for: conversation)
    }

    func untouchedJobs(behind first: JobID, upTo last: JobID, atMost limit: Int) async throws -> [UntouchedJob] {
        try await store.untouchedJobs(behind: first, upTo: last, atMost: limit)
    }

    func messagesWithFiles(
        sentSince moment: Timestamp, atMost limit: Int
    ) async throws -> [(message: AcceptedMessage, endpoint: Endpoint)] {
        let isAway = state.withLock { state in
            state.looks += 1
            return state.looks <= state.looksAway
        }
        if isAway { throw DiskFull() }
        return try await store.messagesWithFiles(sentSince: moment, atMost: limit)
    }

    func acknowledge(
        _ job: JobID, at now: Timestamp, saying words: @escaping @Sendable (_ ahead: Int) -> String
    ) async throws -> Bool {
        try await store.acknowledge(job, at: now, saying: words)
    }

    func acknowledge(_ part: Part, for lease: Lease, at now: Timestamp) async throws -> Bool {
        try await store.acknowledge(part, for: lease, at: now)
    }

    func settle(_ lease: Lease, as settlement: Settlement, at now: Timestamp) async throws -> Bool {
        if let failure = state.withLock({ exchange(&$0.settlementFailure, with: nil) }) { throw failure }
        return try await store.settle(lease, as: settlement, at: now)
    }

    func say(
        _ part: Part, as kind: Delivery.Class, for lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        if let failure = state.withLock({ exchange(&$0.noticeFailure, with: nil) }) { throw failure }
        return try await store.say(part, as: kind, for: lease, at: now)
    }

    // MARK: What is not hindered

    func accept(_ submission: Submission, at now: Timestamp) async throws -> Acceptance {
        try await store.accept(submission, at: now)
    }

    func claim(for owner: String, within rules: ClaimRules, at now: Timestamp) async throws -> [ClaimedJob] {
        try await store.claim(for: owner, within: rules, at: now)
    }

    func cancellations() async throws -> [Cancellation] { try await store.cancellations() }

    func rescue(except owner: String, at now: Timestamp) async throws -> Int {
        try await store.rescue(except: owner, at: now)
    }

    func session(of conversation: ConversationKey, epoch: Int64, agent: String) async throws -> Session? {
        try await store.session(of: conversation, epoch: epoch, agent: agent)
    }

    func keep(_ update: SessionUpdate, for lease: Lease, at now: Timestamp) async throws -> Bool {
        try await store.keep(update, for: lease, at: now)
    }

    func sessions(matching filter: LedgerFilter) async throws -> Page<SessionSummary> {
        try await store.sessions(matching: filter)
    }

    func beginEpoch(of conversation: ConversationKey, at now: Timestamp) async throws -> Bool {
        try await store.beginEpoch(of: conversation, at: now)
    }

    func pruneSessions(unusedSince moment: Timestamp, behind mark: Int64?) async throws -> PrunedPage<Int64> {
        try await store.pruneSessions(unusedSince: moment, behind: mark)
    }

    func ask(_ asked: AskedQuestion, for lease: Lease, at now: Timestamp) async throws -> QuestionID? {
        try await store.ask(asked, for: lease, at: now)
    }

    func known(_ question: QuestionID) async throws -> KnownQuestion? { try await store.known(question) }

    func endings(of questions: [QuestionID]) async throws -> [QuestionID: QuestionEnding] {
        try await store.endings(of: questions)
    }

    func close(_ question: QuestionID, as ending: QuestionEnding, at now: Timestamp) async throws -> Bool {
        try await store.close(question, as: ending, at: now)
    }

    func answers(to job: JobID) async throws -> [KeyedAnswer] { try await store.answers(to: job) }

    func admit(
        _ digest: TokenDigest, for scope: CallScope, to lease: Lease, at now: Timestamp
    ) async throws -> Bool {
        try await store.admit(digest, for: scope, to: lease, at: now)
    }

    func take(_ call: AgentCall, about job: JobID, proving token: TokenDigest) async throws -> CallReceipt {
        try await store.take(call, about: job, proving: token)
    }

    func calls(about job: JobID, after arrival: Int64) async throws -> [AgentCall] {
        try await store.calls(about: job, after: arrival)
    }

    func forgetCalls(about job: JobID) async throws { try await store.forgetCalls(about: job) }

    func standing(
        of job: JobID, proving token: TokenDigest, for scope: CallScope
    ) async throws -> CallReceipt {
        try await store.standing(of: job, proving: token, for: scope)
    }
}
