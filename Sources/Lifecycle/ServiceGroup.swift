package import Observability
import System

/// Services that start one after another and stop in reverse, so that a later one may lean on an earlier one throughout.
package struct ServiceGroup: Sendable {
    /// A service and what it needs of the time of a stop.
    package struct Entry: Sendable {
        let service: any Service
        let time: StopTime

        package init(_ service: any Service, grace: Duration, reserve: Duration = .zero) {
            self.service = service
            time = StopTime(grace: grace, reserve: reserve)
        }
    }

    private let entries: [Entry]
    private let budget: Duration
    private let log: Logger
    private let living = Lock<[String]>([])

    /// `budget` is the time of the whole stop, from when it is asked for. The reserves of all services fit into it.
    package init(_ entries: [Entry], budget: Duration, log: Logger) {
        precondition(
            entries.reduce(.zero) { $0 + $1.time.reserve } <= budget, "what is kept for each service fits into the stop"
        )
        self.entries = entries
        self.budget = budget
        self.log = log
    }

    /// Services that were started and have not ended. After `run` those that the stop has left to themselves.
    package var unended: [String] { living.withLock { $0 } }

    /// Starts the services in order, calls `ready`, runs until `stop` is reached or a service fails, and stops them in
    /// reverse. What has not ended when its time is over is named in the log and left. Throws what the first failing
    /// service threw.
    package func run(until stop: Signpost, ready: @Sendable () -> Void) async throws {
        let failure = Lock<(any Error)?>(nil)
        var running: [Running] = []
        for entry in entries where !stop.isReached {
            let next = Running(entry, endingAll: stop, failure)
            running.append(next)
            living.withLock { $0.append(next.name) }
            await next.untilStarted(or: stop)
            if !stop.isReached { log.debug("started \(next.name)") }
        }
        if !stop.isReached {
            ready()
            await stop.wait()
        }
        await end(running, by: StopPlan(end: (stop.reachedAt ?? .now).advanced(by: budget)))
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func end(_ running: [Running], by plan: StopPlan) async {
        var later = running.reduce(.zero) { $0 + $1.time.reserve }
        for service in running.reversed() {
            later -= service.time.reserve
            let began = MonotonicTime.now
            let share = plan.share(of: service.time, at: began, keeping: later)
            if await service.stop(within: share) {
                living.withLock { $0.removeAll { $0 == service.name } }
                log.debug("stopped \(service.name)")
            } else {
                log.error(
                    "\(service.name) did not end in its share of the stop, \(MonotonicTime.now.since(began).short); it is left"
                )
            }
        }
    }
}

/// A service that ended although nobody told it to.
package struct ServiceEndedEarly: Error, CustomStringConvertible {
    let name: String
    package var description: String { "\(name) ended by itself" }
}

/// One service's task. Unstructured, since services end in an order that a task group cannot give.
private final class Running: Sendable {
    let name: String
    let time: StopTime
    private let life = ServiceLife()
    private let ended = Signpost()
    private let task: Task<Void, Never>

    /// Starts the service. When it fails, or ends untold, it says so in `failure`, unless another did before, and ends all.
    init(_ entry: ServiceGroup.Entry, endingAll stop: Signpost, _ failure: Lock<(any Error)?>) {
        let (life, ended) = (self.life, self.ended)
        let service = entry.service
        name = service.name
        time = entry.time
        // Unstructured: a service that does not end in its share of a stop is left.
        task = Task {
            do {
                try await service.run(life)
                if !life.isToldToStop { throw ServiceEndedEarly(name: service.name) }
            } catch {
                failure.withLock { first in if first == nil { first = error } }
                stop.reach()
            }
            life.hasStarted()
            ended.reach()
        }
    }

    func untilStarted(or stop: Signpost) async {
        await firstOf(life.untilStarted, stop.wait)
    }

    /// Tells it to stop, and whether it has ended within its share.
    func stop(within share: StopPlan.Share) async -> Bool {
        life.tellToStop(by: share.deadline)
        if await ended.isReached(within: share.end.since(.now)) { return true }
        task.cancel()
        return false
    }
}
