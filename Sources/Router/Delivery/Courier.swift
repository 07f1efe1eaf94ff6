import JSON
package import Lifecycle
package import Observability
import System

/// Carries deliveries out through their app's lane, one at a time in each conversation.
package struct Courier: Service {
    package let name = "couriers"
    private let foreman: Foreman<Taken>
    private let store: any DeliveryStore
    private let current: Serving.Current
    private let traffic = AppTraffic()
    private let clock: any WorkClock
    private let log: Logger

    /// A delivery in this process's hands since it was claimed.
    private struct Taken: Sendable {
        let delivery: Delivery
        let since: MonotonicTime
    }

    /// Sends what it has claimed while `contact` says that that is this process's, and claims nothing of those that are `elsewhere`.
    package init(
        store: any DeliveryStore, current: Serving.Current, blobs: BlobFolder, concurrency: Int, owner: String,
        wakeup: Wakeup, metrics: DeliveryMetrics, contact: StoreContact = StoreContact(),
        elsewhere: @escaping @Sendable () -> Set<Endpoint> = { [] }, patience: Duration = Wakeup.patience,
        clock: any WorkClock = .steady, log: Logger
    ) {
        foreman = Foreman(
            name: name, concurrency: concurrency, wakeup: wakeup, finishesBacklog: true, log: log,
            claim: { [traffic] free in
                let (now, since, serving) = (clock.timestamp, clock.now, current.serving)
                var rules = traffic.rules(
                    free: free, of: concurrency, at: now, elsewhere: elsewhere(), serving)
                rules.lease = contact.limits.length
                let deliveries = try await store.claimDeliveries(for: owner, within: rules, at: now)
                for delivery in deliveries { traffic.began(delivery.conversation.endpoint, at: now, serving) }
                return deliveries.map { Taken(delivery: $0, since: since) }
            },
            work: { [traffic] taken in
                await DeliveryRound(
                    store: store, serving: current.serving, blobs: blobs, traffic: traffic, metrics: metrics,
                    clock: clock,
                    log: log, isHeld: { contact.covers(taken.since, by: clock.now) }
                ).carry(taken.delivery)
            }, patience: patience)
        self.store = store
        self.current = current
        self.clock = clock
        self.log = log
    }

    package func run(_ life: ServiceLife) async {
        await recallSends()
        await foreman.run(life)
    }

    private func recallSends() async {
        let serving = current.serving
        guard !serving.sendLimits.isEmpty else { return }
        do {
            let since = clock.timestamp.advanced(by: .zero - SendLimits.window)
            traffic.recall(try await store.recentSends(since: since), serving)
        } catch {
            log.warning(
                "what was sent before the start could not be counted: an app may send more than its limit",
                [.error: .string("\(error)")])
        }
    }
}
