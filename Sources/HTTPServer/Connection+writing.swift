import HTTP
import System

extension Connection {
    /// Writes an answer: whole, or the head of one whose body follows.
    func write(_ response: HTTPResponse, isHead: Bool) {
        let date = listener.assumeIsolated { $0.date }
        let isHTTP11 = head?.isHTTP11 ?? true
        var out: [UInt8] = []
        switch response.body {
        case .whole(let body):
            let hasBody = response.status.code >= 200 && response.status != .noContent
            out.reserveCapacity(256 + body.count)
            writeHead(
                of: response,
                framing: hasBody ? .length(body.count) : .none,
                keepsAlive: keepsAlive,
                isHTTP11: isHTTP11,
                date: date,
                to: &out
            )
            if hasBody, !isHead { out.append(contentsOf: body) }
            enter(.closing)
        case .streamed:
            if !isHTTP11 { keepsAlive = false }
            isChunking = isHTTP11
            writeHead(
                of: response,
                framing: isHTTP11 ? .chunked : .untilClose,
                keepsAlive: keepsAlive,
                isHTTP11: isHTTP11,
                date: date,
                to: &out
            )
            enter(isHead ? .closing : .streaming)
        case .upgraded:
            writeHead(of: response, framing: .none, keepsAlive: false, isHTTP11: true, date: date, to: &out)
            enter(.upgraded)
        }
        send(out)
    }

    /// Queues bytes and writes what the system takes.
    func send(_ bytes: [UInt8]) {
        if outbox.isEmpty { outbox = bytes } else { outbox.append(contentsOf: bytes) }
        flush()
    }

    func flush() {
        while written < outbox.count {
            switch socket?.write(outbox, from: written) ?? .failed {
            case .wrote(let count):
                written += count
                writeDeadline = nil
            case .wouldBlock:
                if phase != .closing, writeDeadline == nil {
                    writeDeadline = MonotonicTime.now.advanced(by: limits.writeTime)
                }
                return
            case .failed: return close()
            }
        }
        guard !outbox.isEmpty else { return }
        outbox = []
        written = 0
        writeDeadline = nil
        hasWrittenAll()
    }

    private func hasWrittenAll() {
        switch phase {
        case .closing: finishAnswer()
        case .streaming, .upgraded:
            let waiters = writeWaiters
            writeWaiters = []
            for waiter in waiters { waiter.resume() }
        case .fresh, .idle, .readingHead, .readingBody, .answering, .lingering: break
        }
    }

    /// The answer is out: on to the next request, or to the end.
    private func finishAnswer() {
        head = nil
        task = nil
        letRequestGo()
        guard keepsAlive, !listener.assumeIsolated({ $0.isQuiescing }) else { return linger() }
        enter(.idle)
        advance()
    }
}

// MARK: Streamed bodies

extension Connection {
    /// Queues a piece of a streamed body; the waiter is resumed when the client has taken all that is queued.
    func sendPiece(_ bytes: [UInt8], _ waiter: CheckedContinuation<Void, any Error>) {
        guard socket != nil, phase == .streaming || phase == .upgraded else {
            return waiter.resume(throwing: HTTPConnectionClosed())
        }
        // An empty chunk would end the body.
        guard !bytes.isEmpty else { return waiter.resume() }
        writeWaiters.append(waiter)
        if phase == .streaming, isChunking {
            send(Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + [0x0D, 0x0A])
        } else {
            send(bytes)
        }
    }

    /// Ends a streamed body: properly, or, where it broke off, so that the client can tell.
    func finishStream(isComplete: Bool) {
        guard socket != nil, phase == .streaming else { return }
        guard isComplete else { return close() }
        enter(.closing)
        if isChunking { send(Array("0\r\n\r\n".utf8)) } else if outbox.isEmpty { linger() }
    }
}

// MARK: Upgraded connections

extension Connection {
    /// Resumes the waiter with the next bytes. One read at a time; its ticket is what cancels it.
    func readUpgraded(_ ticket: UInt64, _ waiter: CheckedContinuation<[UInt8]?, any Error>) {
        guard socket != nil, phase == .upgraded, readWaiter == nil else {
            return waiter.resume(throwing: HTTPConnectionClosed())
        }
        readWaiter = (ticket, waiter)
        deliverUpgradedInput()
    }

    func cancelRead(_ ticket: UInt64) {
        guard let waiter = readWaiter, waiter.ticket == ticket else { return }
        readWaiter = nil
        waiter.continuation.resume(throwing: CancellationError())
    }

    func deliverUpgradedInput() {
        guard readWaiter != nil else { return }
        var bytes = parser.takeRest()
        if bytes.isEmpty, canRead, !inputHasEnded {
            switch socket?.read(into: &bytes, max: 64 << 10) ?? .failed {
            case .some(let drained): canRead = !drained || inputIsEnding
            case .nothingYet: canRead = false
            case .endOfStream: inputHasEnded = true
            case .failed: return close()
            }
        }
        guard !bytes.isEmpty || inputHasEnded else { return }
        let waiter = readWaiter
        readWaiter = nil
        waiter?.continuation.resume(returning: bytes.isEmpty ? nil : bytes)
    }

    func finishUpgrade() {
        guard socket != nil, phase == .upgraded else { return }
        keepsAlive = false
        if outbox.isEmpty { linger() } else { enter(.closing) }
    }
}
