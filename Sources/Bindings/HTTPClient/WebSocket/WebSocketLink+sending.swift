import Crypto
import HTTP
import System

extension WebSocketLink {
    func send(_ message: WebSocketMessage, _ ticket: UInt64, _ continuation: CheckedContinuation<Sent, Never>) {
        hub.loop.checkIsolated()
        if let error = ending ?? session.closing { return continuation.resume(returning: .failure(error)) }
        let limit = options.limits.outbox
        guard outbox.isEmpty || outbox.size + message.bytes.count <= limit else {
            return continuation.resume(returning: .failure(.full(limit: limit)))
        }
        let deadline = MonotonicTime.now.advanced(by: options.limits.sendTime)
        enqueue(WebSocketFrame(message), ticket, deadline, continuation)
        flush()
    }

    func cancelSend(_ ticket: UInt64) { outbox.cancel(ticket) }

    /// Says that we close, behind what waits to be sent.
    func close(_ close: WebSocketClose, _ continuation: CheckedContinuation<Void, Never>) {
        hub.loop.checkIsolated()
        if case .gone = stage { return continuation.resume() }
        closers.append(continuation)
        guard case .open = stage, let frame = session.close(close) else { return }
        deadline = .now.advanced(by: options.limits.closeTime)
        enqueue(frame)
        flush()
        // A full inbox had kept us from reading, and the answer from being read.
        readOn()
    }

    func answer(with pong: WebSocketFrame) {
        outbox.append(pong: encoded(pong))
        flush()
    }

    /// It is over. The other end is told, as far as it listens: now, or by the close that waits still. What it goes on to
    /// say is not heard.
    func end(_ error: WebSocketError, saying last: WebSocketFrame?) {
        stage = .ending(error)
        deadline = .now.advanced(by: options.limits.closeTime)
        tell(error)
        if let last {
            outbox.keepBegun(error)
            enqueue(last)
        }
        flush()
    }

    private func enqueue(
        _ frame: WebSocketFrame, _ ticket: UInt64 = 0, _ deadline: MonotonicTime? = nil,
        _ waiter: CheckedContinuation<Sent, Never>? = nil
    ) {
        outbox.append(
            WebSocketOutbox.Item(ticket: ticket, bytes: encoded(frame), deadline: deadline, waiter: waiter))
    }

    private func encoded(_ frame: WebSocketFrame) -> [UInt8] { frame.encoded(WebSocketMask(randomBytes(4))) }

    /// Writes for as long as the system takes it.
    func flush() {
        while let carrier, let (bytes, offset) = outbox.next() {
            switch carrier.write(bytes, from: offset) {
            case .some(let count): outbox.hasWritten(count)
            case .notYet:
                outbox.isStuck = true
                return watchSocket()
            case .failed(let words): return fail(session.lose("\(address): \(words)"))
            }
        }
        hasWrittenAll()
    }

    /// Having told the other end why, we go; one that has broken a rule is read on from for a while, since closing on what
    /// it still sends would take our words with it.
    private func hasWrittenAll() {
        if case .ending(let error) = stage, case .closed = error { return fail(error) }
        watchSocket()
    }
}
