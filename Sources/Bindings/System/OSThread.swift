internal import CLinux
import Synchronization

/// A thread of our own, for C calls that block. The concurrency pool has as many threads as there are cores and must
/// never be blocked.
package final class OSThread: Sendable {
    /// The share that a thread has of processors for which others wait as well.
    package enum Rank: Sendable {
        /// The rank of work that somebody waits for: callbacks, the store, operators.
        case usual
        /// The rank of work whose length an agent decides. The others go first, and it gets a third of the time of one of
        /// them.
        case background

        fileprivate var niceness: Int32 { self == .usual ? 0 : 5 }
    }

    private final class Start {
        let name: String
        let rank: Rank
        let body: @Sendable () -> Void
        init(name: String, rank: Rank, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.rank = rank
            self.body = body
        }
    }

    private let thread: pthread_t
    private let isJoined = Atomic(false)

    /// Starts a thread that runs `body` to its end. `name` is what `top -H` shows; Linux keeps 15 bytes of it.
    package init(named name: String, rank: Rank = .usual, _ body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, rank: rank, body: body)).toOpaque()
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), String(start.name.prefix(15)))
                _ = clinux_set_niceness(clinux_niceness() + start.rank.niceness)
                start.body()
                return nil
            }, start)
        precondition(failure == 0, "the system refused a thread (error \(failure)): raise its limit of threads")
        self.thread = thread
    }

    /// Waits until the thread has ended. Blocks: call it from a thread, never from a task.
    package func join() {
        guard !isJoined.exchange(true, ordering: .relaxed) else { return }
        pthread_join(thread, nil)
    }

    /// A thread that nobody waits for frees its stack by itself when it ends.
    deinit { if !isJoined.load(ordering: .relaxed) { pthread_detach(thread) } }
}
