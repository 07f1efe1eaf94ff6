package import Lifecycle
import System

/// Looks again and again at a store that other processes write to as well, and tells what there may be to do: beneath every hint of
/// theirs, which may be lost. One look for all who work is cheaper than one of each.
package struct StoreWatch: Service {
    package let name = "store watch"
    private let store: any WatchedStore
    private let clock: any WorkClock
    private let tell: @Sendable (StoreHint) -> Void

    /// The longest wait that a lost hint causes.
    private static let interval = Duration.milliseconds(700)

    package init(
        _ store: any WatchedStore, by clock: any WorkClock, telling tell: @escaping @Sendable (StoreHint) -> Void
    ) {
        self.store = store
        self.clock = clock
        self.tell = tell
    }

    package func run(_ life: ServiceLife) async {
        life.hasStarted()
        await firstOf(life.untilToldToStop) {
            while (try? await clock.sleep(for: StoreWatch.interval)) != nil {
                // A store that is away is the others' to complain of: they are told when it is back.
                for hint in (try? await store.hints(at: clock.timestamp)) ?? [] { tell(hint) }
            }
        }
    }
}
