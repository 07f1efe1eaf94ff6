import JSON
package import Lifecycle
package import Observability
package import System

/// Deletes what has aged out, a little at a time, for as long as the server runs.
package struct Pruner: Service {
    /// The time for which what is of no more use is kept.
    package struct Limits: Sendable {
        /// Keys, by which a message that is repeated is known again.
        package var keys = Duration.seconds(48 * 3600)
        /// Jobs that have ended, and notices; nil keeps them for ever.
        package var age: Duration?
        /// The most jobs that are kept besides open ones; nil for any number.
        package var jobs: Int?
        /// The records of messages that were refused.
        package var refusals = Duration.seconds(7 * 24 * 3600)
        /// Files that went out or came in.
        package var files = Duration.seconds(7 * 24 * 3600)
        /// The time for which agents' sessions, and the directories they work in, are kept after their last use.
        package var sessions = Duration.seconds(30 * 24 * 3600)

        package init() {}
    }

    package let name = "pruner"
    private let store: any Housekeeping & SessionStore & StreamStore & NodeStore
    private let owner: String
    private let blobs: BlobFolder
    private let attachments: AttachmentFolder
    private let received: ReceivedFolder
    private let workspaces: WorkspaceFolder?
    private let limits: @Sendable () -> Limits
    private let metrics: PruningMetrics
    private let clock: any WorkClock
    private let log: Logger

    private static let interval = Duration.seconds(600)

    /// `limits` are read anew for each look at what has aged out.
    package init(
        store: any Housekeeping & SessionStore & StreamStore & NodeStore, owner: String = "pruner", blobs: BlobFolder,
        attachments: AttachmentFolder,
        received: ReceivedFolder,
        workspaces: WorkspaceFolder? = nil, limits: @autoclosure @escaping @Sendable () -> Limits,
        metrics: PruningMetrics,
        clock: any WorkClock = .steady, log: Logger
    ) {
        self.store = store
        self.owner = owner
        self.blobs = blobs
        self.attachments = attachments
        self.received = received
        self.workspaces = workspaces
        self.limits = limits
        self.metrics = metrics
        self.clock = clock
        self.log = log
    }

    package func run(_ life: ServiceLife) async {
        life.hasStarted()
        await firstOf(life.untilToldToStop) {
            repeat { await prune(at: clock.timestamp) } while (try? await clock.sleep(for: Pruner.interval)) != nil
        }
    }

    /// Goes once through all that may have aged out by `now`. What fails is left for the next time.
    package func prune(at now: Timestamp) async {
        do {
            // One process does for all what is in the store; should another take over meanwhile, the two harm nothing.
            let isPruner = try await store.hold(name, for: owner, lasting: Pruner.interval * 2, at: now)
            if isPruner { try await pruneStore(at: now) }
            try await pruneFiles(at: .now)
            metrics.noteRun(at: now)
        } catch is CancellationError {
            return
        } catch {
            metrics.failed.increment()
            log.warning("what has aged out could not be deleted yet", [.error: .string("\(error)")])
        }
    }

    private func pruneStore(at now: Timestamp) async throws {
        try await pruneKeys(at: now)
        try await pruneJobs(at: now)
        try await pruneNotices(at: now)
        try await pruneRequests(at: now)
        try await pruneRefusals(at: now)
        try await pruneStreams(at: now)
        try await pruneSends(at: now)
        try await pruneSessions(at: now)
        try await page(metrics.files) {
            try await blobs.pruneShared(unusedSince: Timestamp.steady.advanced(by: .zero - limits().files), behind: $0)
        }
        if let workspaces {
            try await page(metrics.files) {
                try await workspaces.pruneShared(
                    unusedSince: Timestamp.steady.advanced(by: .zero - limits().sessions), behind: $0)
            }
        }
        _ = try await store.pruneNodes(silentSince: now.advanced(by: .zero - .seconds(24 * 3600)))
    }

    private func pruneKeys(at now: Timestamp) async throws {
        try await page(metrics.keys) {
            try await store.pruneKeys(seenBefore: now.advanced(by: .zero - limits().keys), behind: $0)
        }
    }

    private func pruneJobs(at now: Timestamp) async throws {
        var oldest: JobID?
        if let count = limits().jobs { oldest = try await store.oldestJob(amongNewest: count) }
        let retention = JobRetention(
            endedBefore: limits().age.map { now.advanced(by: .zero - $0) }, olderThan: oldest)
        if retention == JobRetention() { return }
        try await page(metrics.jobs) { try await store.pruneJobs(retention, behind: $0, at: now) }
    }

    private func pruneNotices(at now: Timestamp) async throws {
        guard let age = limits().age else { return }
        try await page(metrics.notices) {
            try await store.pruneNotices(endedBefore: now.advanced(by: .zero - age), behind: $0, at: now)
        }
    }

    private func pruneRefusals(at now: Timestamp) async throws {
        try await page(metrics.refusals) {
            try await store.pruneRefusals(before: now.advanced(by: .zero - limits().refusals), behind: $0)
        }
    }

    /// As long as a repeat of the message may come, which is shown the same stream.
    private func pruneStreams(at now: Timestamp) async throws {
        try await page(metrics.streams) {
            try await store.pruneStreams(openedBefore: now.advanced(by: .zero - limits().keys), behind: $0)
        }
    }

    private func pruneRequests(at now: Timestamp) async throws {
        try await page(metrics.requests) {
            try await store.pruneRequests(
                madeBefore: now.advanced(by: .zero - IdempotencyKey.lifetime), behind: $0)
        }
    }

    private func pruneSends(at now: Timestamp) async throws {
        try await page(metrics.sends) {
            try await store.pruneSends(before: now.advanced(by: .zero - Delivery.duplicateWindow), behind: $0)
        }
    }

    /// A file is as old as the disk says, by the wall clock.
    private func pruneFiles(at now: Timestamp) async throws {
        let moment = now.advanced(by: .zero - limits().files)
        metrics.files.increment(
            by: try await blobs.prune(before: moment) + attachments.prune(before: moment)
                + received.prune(before: moment))
        if let workspaces {
            metrics.files.increment(
                by: try await workspaces.prune(
                    unusedSince: now.advanced(by: .zero - limits().sessions), arrivedBefore: moment))
        }
    }

    private func pruneSessions(at now: Timestamp) async throws {
        try await page(metrics.sessions) {
            try await store.pruneSessions(unusedSince: now.advanced(by: .zero - limits().sessions), behind: $0)
        }
    }

    /// Page after page to the last, with a rest after each of four times as long as it took: a fifth of the disk's time
    /// is the most that is taken from messages.
    private func page<Mark: Sendable>(
        _ count: Counter, _ prune: (Mark?) async throws -> PrunedPage<Mark>
    ) async throws {
        var mark: Mark?
        repeat {
            let began = clock.now
            let page = try await prune(mark)
            count.increment(by: page.pruned)
            mark = page.next
            if mark != nil { try await clock.sleep(for: clock.now.since(began) * 4) }
        } while mark != nil
    }
}
