import HTTP
import System

extension WebSocketLink {
    private static let piecesInATurn = 16

    /// Reads until nothing is there, or there is no room; so much at a time that others get their turn.
    func readMore() {
        for _ in 0..<WebSocketLink.piecesInATurn {
            guard wantsInput, let carrier else { return watchSocket() }
            switch unsafe carrier.read(into: reactor.buffer) {
            case .some(let count): unsafe take(reactor.buffer[..<count])
            case .nothingYet: return watchSocket()
            case .end: return inputHasEnded("\(address) ended the connection")
            case .failed(let words): return inputHasEnded("\(address): \(words)")
            }
        }
        readOn()
    }

    /// Reads on when the others have had their turn. No event may tell of what TLS holds already.
    func readOn() {
        guard !willRead else { return }
        willRead = true
        hub.loop.onNextTurn { [weak self] in
            self?.willRead = false
            self?.readMore()
        }
    }

    private func take(_ bytes: Slice<UnsafeMutableRawBufferPointer>) {
        var input = unsafe [UInt8](bytes)[...]
        if case .shaking(let handshake) = stage { shake(handshake, &input) }
        while case .open = stage, let step = session.next(from: &input) {
            switch step {
            case .message(let message): hand(over: message)
            case .pong(let frame): answer(with: frame)
            case .end(let error, let last): end(error, saying: last)
            }
        }
    }

    private func hand(over message: WebSocketMessage) {
        guard let receiver = exchange(&receiver, with: nil) else { return inbox.append(message) }
        receiver.continuation.resume(returning: .success(message))
    }

    private func inputHasEnded(_ reason: String) {
        if case .shaking = stage { return fail(.badHandshake("\(reason) before it had answered the handshake")) }
        fail(session.lose("\(reason) without a close"))
    }

    // MARK: Whoever receives

    func receive(_ ticket: UInt64, _ continuation: CheckedContinuation<Received, Never>) {
        hub.loop.checkIsolated()
        precondition(receiver == nil, "a WebSocket has one receiver")
        let hadRoom = wantsInput
        if let message = inbox.popFirst() {
            if !hadRoom, wantsInput { readOn() }
            return continuation.resume(returning: .success(message))
        }
        if let ending { return continuation.resume(returning: .failure(ending)) }
        receiver = (ticket, continuation)
    }

    func cancelReceive(_ ticket: UInt64) {
        guard let receiver, receiver.ticket == ticket else { return }
        self.receiver = nil
        receiver.continuation.resume(returning: .failure(.cancelled))
    }
}
