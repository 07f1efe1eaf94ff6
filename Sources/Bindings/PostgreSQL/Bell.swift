internal import CLibPQ
internal import System

/// Wakes one thread that waits for a server or for a time, from any other.
final class Bell: Sendable {
    let descriptor: Int32

    init() {
        descriptor = clibpq_bell()
        precondition(descriptor >= 0, "the system refused an event descriptor: raise its limit of open files")
    }

    deinit { clibpq_drop_bell(descriptor) }

    func ring() { clibpq_ring(descriptor) }

    /// Takes note of the ringing: the next wait is for the next.
    func silence() { clibpq_silence(descriptor) }

    /// Sleeps until it is rung; false when the time has passed first.
    @discardableResult
    func sleep(for duration: Duration) -> Bool { clibpq_wait(-1, 0, descriptor, duration.pollMilliseconds) != 0 }
}

extension Duration {
    /// The time as `poll` takes it: rounded up, since one that is nearly over would otherwise be waited for in a circle.
    var pollMilliseconds: Int32 {
        Int32(clamping: max(0, (inNanoseconds + 999_999) / 1_000_000))
    }
}
