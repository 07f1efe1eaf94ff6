/// An actor that lives on an event loop: its state is touched on that thread only, and the loop may call straight into it
/// with `assumeIsolated`.
package protocol LoopActor: Actor {
    nonisolated var loop: EventLoop { get }
}

extension LoopActor {
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Calls `body` on the actor soon: for the handler of a cancellation, which cannot await.
    package nonisolated func soon(_ body: @escaping @Sendable (isolated Self) -> Void) {
        loop.call { self.assumeIsolated(body) }
    }
}
