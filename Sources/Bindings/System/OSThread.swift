internal import CLinux
import Synchronization

/// A thread of our own, for C calls that block. The concurrency pool has as many threads as there are cores and must
/// never be blocked.
package final class OSThread: Sendable {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private let thread: pthread_t
    private let isJoined = Atomic(false)

    /// Starts a thread that runs `body` to its end. `name` is what `top -H` shows; Linux keeps 15 bytes of it.
    package init(named name: String, _ body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(name: name, body: body)).toOpaque()
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                unsafe pthread_setname_np(pthread_self(), String(start.name.prefix(15)))
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

    var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }
}
