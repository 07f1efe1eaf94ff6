import JSON
package import Lifecycle
package import Observability
import System

/// Carries deliveries out through their app's lane, one at a time in each conversation.
package struct Courier: Service {
    package let name = "couriers"
    private let foreman: Foreman<Delivery>
    private let store: any DeliveryStore
    private let traffic: AppTraffic
    private let log: Logger

    package init(
        store: any DeliveryStore, lanes: [Endpoint: any Lane], directory: AppDirectory, blobs: BlobFolder,
        concurrency: Int, owner: String, wakeup: Wakeup, metrics: DeliveryMetrics, log: Logger
    ) {
        let traffic = AppTraffic(directory)
        let round = DeliveryRound(
            store: store, lanes: lanes, directory: directory, blobs: blobs, traffic: traffic, metrics: metrics, log: log
        )
        foreman = Foreman(
            name: name, concurrency: concurrency, wakeup: wakeup, finishesBacklog: true, log: log,
            claim: { free in
                let now = Timestamp.steady
                let rules = traffic.rules(free: free, of: concurrency, at: now)
                let deliveries = try await store.claimDeliveries(for: owner, within: rules, at: now)
                for delivery in deliveries { traffic.began(delivery.conversation.endpoint, at: now) }
                return deliveries
            },
            work: { await round.carry($0) })
        self.store = store
        self.traffic = traffic
        self.log = log
    }

    package func run(_ life: ServiceLife) async {
        await recallSends()
        await foreman.run(life)
    }

    private func recallSends() async {
        guard traffic.countsSends else { return }
        do {
            let since = Timestamp.steady.advanced(by: .zero - SendLimits.window)
            traffic.recall(try await store.recentSends(since: since))
        } catch {
            log.warning(
                "what was sent before the start could not be counted: an app may send more than its limit",
                [.error: .string("\(error)")])
        }
    }
}
