import System

/// Runs what blocks: the raw clients of one test share it, so that none of them ever blocks the concurrency pool.
final class ClientThread: SerialExecutor {
    private let jobs = BlockingQueue<UnownedJob>(capacity: 1024)

    init() {
        _ = OSThread(named: "raw client") { [jobs, unowned self] in
            while true {
                let batch = jobs.pop(max: 64)
                if batch.isEmpty { return }
                for job in batch { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
            }
        }
    }

    deinit { jobs.close() }

    func enqueue(_ job: consuming ExecutorJob) { _ = jobs.push(UnownedJob(job)) }
}
