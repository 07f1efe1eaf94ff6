import Router
import System
import Text

/// The services that work on what came in.
extension Construction {
    func workers() -> WorkerPool {
        WorkerPool(
            store: store,
            run: JobRun(
                store: store, current: current, attachments: attachments, files: files, workspaces: workspaces,
                blobs: blobs,
                turns: turns, threads: WorkThreads(named: "turn"), renderers: WorkThreads(named: "reply"),
                outbox: outbox, metrics: WorkMetrics(metrics, apps: appLabels), log: log),
            turns: turns, current: current, concurrency: configuration.workers.concurrency, owner: owner, home: home,
            wakeup: work,
            patience: patience, log: log)
    }

    /// Nil where it makes no difference on whose disk a directory is.
    private var home: ClaimRules.Home? {
        guard storeService.shared != nil, !configuration.workers.sharesDirectory else { return nil }
        return ClaimRules.Home(storeService.node.name, timeout: configuration.workers.homeTimeout)
    }

    func earlyFetch() -> EarlyFetch {
        EarlyFetch(
            store: store, queue: fileQueue, files: files, current: current,
            metrics: EarlyFetchMetrics(metrics, of: fileQueue, into: received), by: clock, log: log)
    }

    func leaseKeeper(_ reloader: Reloader) -> LeaseKeeper {
        let node = NodeRecord(
            storeService.node.name, incarnation: owner, version: Version.number, startedAt: .steady)
        return LeaseKeeper(
            store: store, sendings: store, turns: turns, contact: contact, owner: owner, cancellations: cancellations,
            log: log
        ) {
            var node = node
            node.configuration = reloader.digest
            return node
        }
    }

    /// Nil where no other process writes to the store.
    func storeWatch() -> StoreWatch? {
        storeService.shared.map { [wakeups] shared in StoreWatch(shared, by: clock) { wakeups.hear($0) } }
    }

    /// Where one look is made for all, those who work make few of their own.
    private var patience: Duration { storeService.shared == nil ? Wakeup.patience : .seconds(60) }

    /// Nil where no other process shares the store.
    func progressTeller() -> ProgressTeller? {
        storeService.shared.map { [current] shared in
            ProgressTeller(store: shared, nodes: store, turns: turns, log: log) { turn in
                guard let app = current.serving.app(turn.job.conversation.endpoint), app.speech.signs == .stream else {
                    return nil
                }
                return app.conduct.shows.text(of: turn.feed.snapshot, within: app.speech.limit)
            }
        }
    }

    func couriers(_ sockets: BotSockets) -> Courier {
        Courier(
            store: store, current: current, blobs: blobs, concurrency: 64, owner: owner, wakeup: outbox,
            metrics: DeliveryMetrics(metrics, apps: appLabels), contact: contact,
            elsewhere: { sockets.elsewhere }, patience: patience, clock: clock, log: log)
    }

    func untakenAnswers() -> UntakenAnswers {
        UntakenAnswers(store: store, outbox: outbox, clock: clock, log: log)
    }

    func pruner() -> Pruner {
        Pruner(
            store: store, owner: owner, blobs: blobs, attachments: attachments, received: received,
            workspaces: workspaces,
            limits: .init(configuration, current.serving),
            metrics: PruningMetrics(metrics), log: log)
    }
}

extension Pruner.Limits {
    /// A key must outlive the messages that it is to recognise: a replay is refused for its age only later than that.
    fileprivate init(_ configuration: Configuration, _ serving: Serving) {
        self.init()
        keys = max(keys, (serving.maxMessageAge ?? .zero) + .seconds(24 * 3600))
        let retention = configuration.store.retention
        if retention.jobs != .zero { age = retention.jobs }
        if retention.jobsMax != 0 { jobs = retention.jobsMax }
        files = retention.files
        sessions = retention.sessions
    }
}
