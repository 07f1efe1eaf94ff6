import JSON
package import Lifecycle
package import Observability
import System

/// Sends answers by another way whose stream had ended and whose end WeCom did not fetch in the time for which it asks.
package struct UntakenAnswers: Service {
    package let name = "untaken-answers"
    private let store: any StreamStore
    private let outbox: Wakeup
    private let clock: any WorkClock
    private let log: Logger

    private static let interval = Duration.seconds(15)

    package init(store: any StreamStore, outbox: Wakeup, clock: any WorkClock, log: Logger) {
        self.store = store
        self.outbox = outbox
        self.clock = clock
        self.log = log
    }

    package func run(_ life: ServiceLife) async {
        life.hasStarted()
        await firstOf(life.untilToldToStop) {
            while (try? await clock.sleep(for: UntakenAnswers.interval)) != nil { await look(at: clock.timestamp) }
        }
    }

    private func look(at now: Timestamp) async {
        do {
            let count = try await store.giveUntaken(
                openedBefore: now.advanced(by: .zero - StoredStream.fetchedFor), at: now)
            guard count > 0 else { return }
            log.warning(
                "WeCom did not ask for answers in their bubbles; they go another way", ["count": .integer(Int64(count))]
            )
            outbox.signal()
        } catch {
            log.warning("answers that WeCom did not ask for could not be looked for", [.error: .string("\(error)")])
        }
    }
}
