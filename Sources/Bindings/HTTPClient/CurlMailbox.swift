import HTTP
import System

/// Requests of other threads to the one that owns the connections, in their order.
final class CurlMailbox: Sendable {
    enum Command: Sendable {
        case start(Transfer)
        /// May arrive before the start of the same transfer, or after its end.
        case cancel(Transfer)
        /// The reader has room again.
        case resume(Transfer)
    }

    private struct State {
        var commands: [Command] = []
        var admitted = 0
        /// Nil once the mailbox is closed: then there is nobody to wake.
        var multi: CurlMulti?
        var isClosing = false
    }

    private let state: Lock<State>
    private let capacity: Int

    init(_ multi: CurlMulti, capacity: Int) {
        self.capacity = capacity
        state = Lock(State(multi: multi))
    }

    /// The thread's side, its first act; from `finish` on it is the only owner.
    func takeMulti() -> CurlMulti? { state.withLock { $0.multi } }

    /// Hands a transfer over, or ends it here and now.
    func submit(_ transfer: Transfer) {
        let refusal: HTTPTransportError? = state.withLock { state in
            if state.isClosing { return .cancelled }
            if state.admitted >= capacity {
                return .notSent(transfer.describe("\(capacity) requests are waiting already"))
            }
            state.admitted += 1
            append(.start(transfer), to: &state)
            return nil
        }
        if let refusal { transfer.answer.end(refusal) }
    }

    func post(_ command: Command) {
        state.withLock { append(command, to: &$0) }
    }

    /// The thread's side: everything asked for so far, and whether it is time to end.
    func take() -> (commands: [Command], isClosing: Bool) {
        state.withLock { state in (exchange(&state.commands, with: []), state.isClosing) }
    }

    /// The thread's side: a transfer has ended and makes room for another.
    func leave() {
        state.withLock { $0.admitted -= 1 }
    }

    /// The thread's side, its last act: lets go of the multi handle and returns what came in too late.
    func finish() -> [Command] {
        state.withLock { state in
            state.multi = nil
            return exchange(&state.commands, with: [])
        }
    }

    func close() {
        state.withLock { state in
            state.isClosing = true
            state.multi?.wake()
        }
    }

    private func append(_ command: Command, to state: inout State) {
        guard let multi = state.multi else { return }
        state.commands.append(command)
        if state.commands.count == 1 { multi.wake() }
    }
}
