/// A task in which others run side by side, each to its own end: for work that outlives whoever begins it, or that is begun
/// where nothing can be awaited.
///
/// It ends when its owner lets go of it and the last of its work is done. It bounds nothing: whoever begins work does.
package final class TaskScope: Sendable {
    private let work: AsyncStream<@Sendable () async -> Void>.Continuation

    package init() {
        let (stream, work) = AsyncStream<@Sendable () async -> Void>.makeStream()
        self.work = work
        // Unstructured: a parent would have to live, uncancelled, for as long as the work does.
        Task {
            await withDiscardingTaskGroup { group in
                for await body in stream { group.addTask { await body() } }
            }
        }
    }

    deinit { work.finish() }

    /// Begins `body`, which nobody cancels.
    package func start(_ body: @escaping @Sendable () async -> Void) { work.yield(body) }
}
