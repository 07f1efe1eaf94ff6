/// A few threads for tasks that may compute for long: those that prefer them can hold up one another, and nobody else.
///
/// The concurrency pool has as many threads as there are cores, and all that the program does for its own upkeep needs one
/// of them now and then. Work whose length somebody else decides belongs here instead. Where there are too few cores for all,
/// the system lets other threads go first.
package final class WorkThreads: TaskExecutor {
    /// Those that the current task was started on. A task that is not a child takes its preference from here:
    /// `withTaskExecutorPreference(WorkThreads.current) { … }`.
    @TaskLocal package static var current: WorkThreads?

    /// A job keeps the executor alive that it is for.
    private struct Waiting: Sendable {
        let job: UnownedJob
        let executor: WorkThreads
    }

    private let jobs: BlockingQueue<Waiting>
    private let threads: [OSThread]

    /// Starts as many threads as there are cores, unless `count` says otherwise.
    package init(named name: String, count: Int = Process.cores) {
        // It holds what tasks are ready to run, a job each: bounded by whatever bounds the tasks.
        let jobs = BlockingQueue<Waiting>(capacity: .max)
        self.jobs = jobs
        threads = (1...count).map { number in
            OSThread(named: "\(name)-\(number)", rank: .background) {
                while let next = jobs.pop(max: 1).first {
                    unsafe next.job.runSynchronously(on: next.executor.asUnownedTaskExecutor())
                }
            }
        }
    }

    /// The threads end when they have done what waits.
    deinit { jobs.close() }

    package func enqueue(_ job: consuming ExecutorJob) {
        _ = jobs.push(Waiting(job: UnownedJob(job), executor: self))
    }

    /// Starts a task that runs here, and so do those that it starts.
    package func start<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) -> Task<Value, any Error> {
        // Unstructured: the caller, who ends it when its time is over, does not run here.
        Task(executorPreference: self) { try await WorkThreads.$current.withValue(self) { try await body() } }
    }

    /// Runs `body` here and comes back.
    package func run<Value: Sendable>(_ body: @Sendable () async -> Value) async -> Value {
        await withTaskExecutorPreference(self) { await WorkThreads.$current.withValue(self) { await body() } }
    }
}
