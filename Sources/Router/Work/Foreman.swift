import JSON
import Lifecycle
import Observability
import System

/// Keeps a bounded number of things running for as long as there are any to claim: the loop that workers and couriers share.
package struct Foreman<Item: Sendable>: Sendable {
    /// The name in logs.
    let name: String
    let concurrency: Int
    let wakeup: Wakeup
    /// True if, told to stop, it first finishes what is due, rather than only what it has begun.
    let finishesBacklog: Bool
    let log: Logger
    /// Claims at most so many.
    let claim: @Sendable (Int) async throws -> [Item]
    /// Works one to its end. When its task is cancelled it must end soon.
    let work: @Sendable (Item) async -> Void
    var clock: any WorkClock = .steady
    /// Beneath every wakeup, a look at the store once in a while: a signal may be lost, due times come without one.
    var patience = Wakeup.patience

    /// Claims and works until told to stop; what is still running at the deadline is cancelled.
    func run(_ life: ServiceLife) async {
        life.hasStarted()
        let freed = Wakeup()
        await firstOf({ await claimAndWork(life, freed) }, { await deadline(of: life, freed) })
    }

    private func deadline(of life: ServiceLife, _ freed: Wakeup) async {
        await life.untilToldToStop()
        wakeup.signal()
        freed.signal()
        try? await clock.sleep(until: life.stopDeadline ?? clock.now)
    }

    private func claimAndWork(_ life: ServiceLife, _ freed: Wakeup) async {
        let slots = Slots(concurrency)
        await withDiscardingTaskGroup { group in
            while true {
                let isStopping = life.isToldToStop
                if Task.isCancelled || isStopping && !finishesBacklog { break }
                let items = await claimSome(slots.available)
                for item in items {
                    slots.take()
                    group.addTask {
                        await work(item)
                        slots.giveBack()
                        freed.signal()
                        wakeup.signal()
                    }
                }
                guard items.isEmpty else { continue }
                if isStopping, slots.areAllFree { break }
                if slots.available > 0 {
                    await wakeup.wait(atMost: patience, by: clock)
                } else {
                    // What comes in wakes nobody: there is nothing to be done about it.
                    await freed.wait()
                }
            }
        }
    }

    private func claimSome(_ free: Int) async -> [Item] {
        guard free > 0 else { return [] }
        do {
            return try await claim(free)
        } catch {
            log.error("\(name) cannot claim", [.error: .string("\(error)")])
            return []
        }
    }
}
