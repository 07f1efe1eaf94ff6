internal import CLinux

/// A signal that came to a process with all signals blocked.
enum ArrivedSignal: Equatable {
    case child
    case order(Int32)
    /// Sent by the system when the parent dies.
    case terminate
}

/// Sleeps until a signal comes that means something to a keeper; nil when the time is over.
@discardableResult
func awaitSignal(for limit: Duration?) -> ArrivedSignal? {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGCHLD, SIGTERM, clinux_order_signal()] { unsafe sigaddset(&signals, number) }
    let nanoseconds = limit?.inNanoseconds ?? 0
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var information = unsafe siginfo_t()
    let number =
        if limit == nil {
            unsafe sigwaitinfo(&signals, &information)
        } else {
            unsafe sigtimedwait(&signals, &information, &time)
        }
    let isOurs = unsafe clinux_sender_of(&information) == getppid()
    switch number {
    case SIGCHLD: return .child
    case SIGTERM: return .terminate
    case clinux_order_signal() where isOurs: return unsafe .order(clinux_order_of(&information))
    default: return nil
    }
}
