import JSON
package import Lifecycle
package import Observability
import System

/// Fetches the files that WeCom gives for a few minutes only as soon as their messages are accepted: a turn may begin later.
///
/// A turn that begins meanwhile shares the fetch that is under way, or does its own; what fails here is tried once more then.
package struct EarlyFetch: Service {
    package let name = "early-fetch"
    private let store: any WaitingStore
    private let queue: SentFileQueue
    private let files: SentFileFetch
    private let current: Serving.Current
    private let metrics: EarlyFetchMetrics
    private let clock: any WorkClock
    private let log: Logger

    /// The number of messages of an earlier process whose files are looked for.
    private static let mostFound = 1000
    /// The pauses between looks for them while the store is away.
    private static let patience = Backoff(first: .milliseconds(100), longest: .seconds(5))

    package init(
        store: any WaitingStore, queue: SentFileQueue, files: SentFileFetch, current: Serving.Current,
        metrics: EarlyFetchMetrics, by clock: any WorkClock = .steady, log: Logger
    ) {
        self.store = store
        self.queue = queue
        self.files = files
        self.current = current
        self.metrics = metrics
        self.clock = clock
        self.log = log
    }

    package func run(_ life: ServiceLife) async {
        await takeStock()
        let foreman = Foreman<FetchRotation.Item>(
            name: name, concurrency: FetchRotation.Limits().running, wakeup: queue.wakeup, finishesBacklog: true,
            log: log,
            claim: { queue.take($0, at: clock.timestamp) }, work: { await fetch($0) })
        // A look that still waits for the store is given up when we stop.
        async let _ = findWaiting()
        await foreman.run(life)
    }

    /// Finds what an earlier process had not fetched, and WeCom may still give.
    private func findWaiting() async {
        var failures = 0
        while !Task.isCancelled {
            do {
                return try await findWaitingOnce()
            } catch {
                if Task.isCancelled { return }
                log.warning("files that wait for their turns could not be looked for", [.error: .string("\(error)")])
                guard (error as? any StoreError)?.mayPass == true else { return }
            }
            failures += 1
            try? await clock.sleep(for: EarlyFetch.patience.delay(afterAttempt: failures))
        }
    }

    private func findWaitingOnce() async throws {
        let messages = try await store.messagesWithFiles(
            sentSince: clock.timestamp.advanced(by: .zero - SentMedia.Source.sealedLife), atMost: EarlyFetch.mostFound)
        for (message, endpoint) in messages { queue.add(message, to: endpoint, receivedAt: message.sentAt) }
    }

    private func takeStock() async {
        do {
            try await files.received.takeStock()
        } catch {
            log.warning("files that wait for their turns could not be looked for", [.error: .string("\(error)")])
        }
    }

    private func fetch(_ item: FetchRotation.Item) async {
        defer { queue.end(item) }
        let serving = current.serving
        guard let app = serving.app(item.file.endpoint), let lane = serving.lanes[item.file.endpoint] else { return }
        let limit = app.conduct.maxAttachmentBytes
        guard files.received.hasRoom(for: limit) else {
            metrics.count(.noRoom)
            return tell("too little is free on the disk", app)
        }
        do {
            try await files.run(item.id, item.file.media, through: lane, limit: limit)
            metrics.count(.fetched)
        } catch let failure as MediaFailure {
            settle(failure, of: item, app)
        } catch {
            // We stop.
        }
    }

    private func settle(_ failure: MediaFailure, of item: FetchRotation.Item, _ app: App) {
        // The turn finds the reason, and says it.
        guard failure.mayPass else { return metrics.count(.refused) }
        guard item.attempt >= SentFileFetch.tries else {
            let pause = SentFileFetch.patience.delay(afterAttempt: item.attempt)
            return queue.putBack(item, dueAt: clock.timestamp.advanced(by: pause))
        }
        metrics.count(.failed)
        tell(failure.reason, app)
    }

    private func tell(_ reason: String, _ app: App) {
        log.warning(
            "a file that a user sent could not be fetched before its turn",
            [.app: .string(app.name), .reason: .string(reason)])
    }
}
