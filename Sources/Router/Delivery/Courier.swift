import JSON
package import Lifecycle
package import Observability
import System

/// Carries deliveries out through their app's lane, one at a time in each conversation.
package struct Courier: Service {
    package let name = "couriers"
    private let foreman: Foreman<Delivery>

    package init(
        store: any DeliveryStore, lanes: [AppKey: any Lane], directory: AppDirectory, concurrency: Int,
        wakeup: Wakeup, metrics: DeliveryMetrics, log: Logger
    ) {
        let traffic = AppTraffic()
        let round = DeliveryRound(
            store: store, lanes: lanes, directory: directory, traffic: traffic, metrics: metrics, log: log)
        foreman = Foreman(
            name: name, concurrency: concurrency, wakeup: wakeup, finishesBacklog: true, log: log,
            claim: { free in
                let now = Timestamp.steady
                let rules = traffic.rules(free: free, of: concurrency, at: now)
                let deliveries = try await store.claimDeliveries(within: rules, at: now)
                for delivery in deliveries { traffic.began(delivery.conversation.app) }
                return deliveries
            },
            work: { await round.carry($0) })
    }

    package func run(_ life: ServiceLife) async { await foreman.run(life) }
}
