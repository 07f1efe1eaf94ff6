package import Observability
import System

/// Services that start one after another and stop in reverse, so that a later one may lean on an earlier one throughout.
package struct ServiceGroup: Sendable {
    /// A service and how long it may take to finish what it holds.
    package struct Entry: Sendable {
        let service: any Service
        let grace: Duration

        package init(_ service: any Service, grace: Duration) {
            self.service = service
            self.grace = grace
        }
    }

    private let entries: [Entry]
    private let log: Logger

    package init(_ entries: [Entry], log: Logger) {
        self.entries = entries
        self.log = log
    }

    /// Starts the services in order, calls `ready`, runs until `stop` is reached or a service fails, and stops them in
    /// reverse. Throws what the first failing service threw.
    package func run(until stop: Signpost, ready: @Sendable () -> Void) async throws {
        let failure = Lock<(any Error)?>(nil)
        var running: [Running] = []
        for entry in entries where !stop.isReached {
            let next = Running(entry, endingAll: stop, failure)
            running.append(next)
            await next.untilStarted(or: stop)
            if !stop.isReached { log.debug("started \(next.name)") }
        }
        if !stop.isReached {
            ready()
            await stop.wait()
        }
        for service in running.reversed() {
            await service.stop()
            log.debug("stopped \(service.name)")
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
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
    private let grace: Duration
    private let life = ServiceLife()
    private let task: Task<Void, Never>

    /// Starts the service. When it fails, or ends untold, it says so in `failure`, unless another did before, and ends all.
    init(_ entry: ServiceGroup.Entry, endingAll stop: Signpost, _ failure: Lock<(any Error)?>) {
        let life = self.life
        let service = entry.service
        name = service.name
        grace = entry.grace
        task = Task {
            do {
                try await service.run(life)
                if !life.isToldToStop { throw ServiceEndedEarly(name: service.name) }
            } catch {
                failure.withLock { first in if first == nil { first = error } }
                stop.reach()
            }
            life.hasStarted()
        }
    }

    func untilStarted(or stop: Signpost) async {
        await withTaskGroup(of: Void.self) { [life] group in
            group.addTask { await life.untilStarted() }
            group.addTask { await stop.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    func stop() async {
        life.tellToStop(by: .now.advanced(by: grace))
        await task.value
    }
}
