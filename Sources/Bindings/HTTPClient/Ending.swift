import System

/// Something that happens once; whoever waits for it goes on then.
final class Ending: Sendable {
    private enum State {
        case ahead([CheckedContinuation<Void, Never>])
        case past
    }

    private let state = Lock(State.ahead([]))

    func happen() {
        let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
            guard case .ahead(let waiting) = state else { return [] }
            state = .past
            return waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isPast = state.withLock { state in
                guard case .ahead(let waiting) = state else { return true }
                state = .ahead(waiting + [continuation])
                return false
            }
            if isPast { continuation.resume() }
        }
    }
}
