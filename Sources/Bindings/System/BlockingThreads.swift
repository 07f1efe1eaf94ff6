/// A few threads for calls that block, so that those who wait for them hold none.
package final class BlockingThreads: Sendable {
    /// The threads for reading and writing files.
    package static let disk = BlockingThreads(named: "disk", count: 2)

    private let queue: BlockingQueue<@Sendable () -> Void>
    private let threads: [OSThread]

    /// At most `capacity` calls wait.
    package init(named name: String, count: Int, capacity: Int = 1024) {
        let queue = BlockingQueue<@Sendable () -> Void>(capacity: capacity)
        self.queue = queue
        threads = (1...count).map { number in
            OSThread(named: "\(name)-\(number)") {
                while case let calls = queue.pop(max: 1), !calls.isEmpty { calls.forEach { $0() } }
            }
        }
    }

    /// The threads end when they have done what waits.
    deinit { queue.close() }

    /// Runs `body` on one of the threads. Cancelling the caller does not break it off. When too many wait already the
    /// caller's own thread runs it: that slows others down and is over, where a longer queue would only grow.
    package func run<Value: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, Failure> = await withCheckedContinuation { continuation in
            let call: @Sendable () -> Void = { continuation.resume(returning: Result(catching: body)) }
            if queue.push(call) != .accepted { call() }
        }
        return try result.get()
    }
}
