import Dispatch
import System

/// Something that happens once and brings a value; a thread may block for it, a task may await it.
final class Event<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var waiters: [CheckedContinuation<Value, Never>] = []
    }

    private let state = Lock(State())
    private let semaphore = DispatchSemaphore(value: 0)

    func happen(_ value: Value) {
        let waiters = state.withLock { state in
            state.value = value
            return exchange(&state.waiters, with: [])
        }
        waiters.forEach { $0.resume(returning: value) }
        semaphore.signal()
    }

    var value: Value {
        get async {
            await withCheckedContinuation { waiter in
                let value: Value? = state.withLock { state in
                    if state.value == nil { state.waiters.append(waiter) }
                    return state.value
                }
                if let value { waiter.resume(returning: value) }
            }
        }
    }

    func block() {
        semaphore.wait()
        semaphore.signal()
    }
}

extension Event where Value == Void {
    func happen() { happen(()) }
}
