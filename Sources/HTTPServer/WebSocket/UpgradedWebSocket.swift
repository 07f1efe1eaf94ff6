import HTTP
import Lifecycle

/// The server's end of a WebSocket on a connection that has left HTTP behind.
///
/// One task reads and one writes, both for as long as whoever has it runs: pings are answered and a close is seen
/// whether or not somebody receives.
actor UpgradedWebSocket: WebSocket {
    private let connection: any HTTPUpgradedConnection
    let limits: WebSocketLimits
    private var session: WebSocketSession
    /// The error that whoever wants something of it from now on gets; nil while it is open.
    private var ending: WebSocketError?
    private let ended = Signpost()

    private var inbox = WebSocketInbox()
    private var receiver: (ticket: UInt64, continuation: CheckedContinuation<Received, Never>)?
    private var nextTicket: UInt64 = 0
    /// The reader, while there is no room for what it reads.
    private var reader: CheckedContinuation<Void, Never>?

    private var outgoing: [Outgoing] = []
    private var outgoingSize = 0
    /// The writer, while there is nothing to write.
    private var writer: CheckedContinuation<Void, Never>?

    private typealias Received = Result<WebSocketMessage, WebSocketError>
    private typealias Sent = Result<Void, WebSocketError>

    private struct Outgoing {
        let bytes: [UInt8]
        /// Nil for a close, which nobody waits to see written.
        let waiter: CheckedContinuation<Sent, Never>?
    }

    private init(_ connection: any HTTPUpgradedConnection, _ limits: WebSocketLimits) {
        self.connection = connection
        self.limits = limits
        session = WebSocketSession(as: .server, maxMessage: limits.message)
    }

    /// Lends it to `body`, and closes it if that has not; ends it without a close if `body` throws.
    static func run(
        on connection: any HTTPUpgradedConnection, _ limits: WebSocketLimits,
        _ body: @escaping @Sendable (any WebSocket) async throws -> Void
    ) async {
        let socket = UpgradedWebSocket(connection, limits)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await socket.read() }
            group.addTask { await socket.write() }
            do {
                try await body(socket)
                await socket.close(WebSocketClose(.normal))
            } catch {
                await socket.abandon()
            }
            group.cancelAll()
        }
    }

    // MARK: Reading

    private func read() async {
        while ending == nil {
            do {
                guard let bytes = try await connection.read() else {
                    return end(session.lose("the client ended the connection without a close"))
                }
                await take(bytes[...])
            } catch {
                return end(session.lose("\(error)"))
            }
        }
    }

    private func take(_ bytes: ArraySlice<UInt8>) async {
        var input = bytes
        while ending == nil, let step = session.next(from: &input) {
            switch step {
            case .message(let message):
                hand(over: message)
                await untilThereIsRoom()
            // Nothing more is read until it is out: a client that asks and does not listen waits.
            case .pong(let frame): _ = await write(frame)
            case .end(let error, let last): end(error, saying: last)
            }
        }
    }

    private func hand(over message: WebSocketMessage) {
        guard let receiver = exchange(&receiver, with: nil) else { return inbox.append(message) }
        receiver.continuation.resume(returning: .success(message))
    }

    private func untilThereIsRoom() async {
        guard inbox.size >= limits.inbox, session.isOpen else { return }
        await withCheckedContinuation { reader = $0 }
    }

    func receive() async throws(WebSocketError) -> WebSocketMessage {
        nextTicket += 1
        let ticket = nextTicket
        let received: Received = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: .failure(.cancelled)) }
                receive(ticket, continuation)
            }
        } onCancel: {
            // Unstructured: a cancellation is told at once, and the actor comes to it in its turn.
            Task { await self.cancelReceive(ticket) }
        }
        return try received.get()
    }

    private func receive(_ ticket: UInt64, _ continuation: CheckedContinuation<Received, Never>) {
        precondition(receiver == nil, "a WebSocket has one receiver")
        if let message = inbox.popFirst() {
            if inbox.size < limits.inbox { exchange(&reader, with: nil)?.resume() }
            return continuation.resume(returning: .success(message))
        }
        if let ending { return continuation.resume(returning: .failure(ending)) }
        receiver = (ticket, continuation)
    }

    private func cancelReceive(_ ticket: UInt64) {
        guard let receiver, receiver.ticket == ticket else { return }
        self.receiver = nil
        receiver.continuation.resume(returning: .failure(.cancelled))
    }

    // MARK: Writing

    private func write() async {
        while true {
            while !outgoing.isEmpty {
                let item = outgoing.removeFirst()
                do {
                    try await connection.write(item.bytes)
                    outgoingSize -= item.bytes.count
                    item.waiter?.resume(returning: .success(()))
                } catch {
                    let error = ending ?? session.lose("\(error)")
                    item.waiter?.resume(returning: .failure(error))
                    return end(error)
                }
            }
            if ending != nil { return }
            await withCheckedContinuation { writer = $0 }
        }
    }

    private func enqueue(_ frame: WebSocketFrame, _ waiter: CheckedContinuation<Sent, Never>? = nil) {
        let bytes = frame.encoded(nil)
        outgoing.append(Outgoing(bytes: bytes, waiter: waiter))
        outgoingSize += bytes.count
        exchange(&writer, with: nil)?.resume()
    }

    private func write(_ frame: WebSocketFrame) async -> Sent {
        await withCheckedContinuation { enqueue(frame, $0) }
    }

    func send(_ message: WebSocketMessage) async throws(WebSocketError) {
        if let error = ending ?? session.closing { throw error }
        guard outgoingSize == 0 || outgoingSize + message.bytes.count <= limits.outbox else {
            throw .full(limit: limits.outbox)
        }
        try await write(WebSocketFrame(message)).get()
    }

    // MARK: The end

    func close(_ close: WebSocketClose) async {
        if let frame = session.close(close) {
            enqueue(frame)
            // What comes is thrown away from now on, up to the answer.
            exchange(&reader, with: nil)?.resume()
        }
        if await !ended.isReached(within: limits.closeTime) { end(session.lose("the client did not answer the close")) }
    }

    private func abandon() { end(session.lose("it was ended without a close")) }

    /// It is over. Messages that wait are dropped, and the client is told as far as it listens: now, or by the close that
    /// waits still.
    private func end(_ error: WebSocketError, saying last: WebSocketFrame? = nil) {
        guard ending == nil else { return }
        ending = error
        let dropped = outgoing.filter { $0.waiter != nil }
        outgoing.removeAll { $0.waiter != nil }
        for item in dropped {
            outgoingSize -= item.bytes.count
            item.waiter?.resume(returning: .failure(error))
        }
        if let last { enqueue(last) }
        exchange(&receiver, with: nil)?.continuation.resume(returning: .failure(error))
        exchange(&reader, with: nil)?.resume()
        exchange(&writer, with: nil)?.resume()
        ended.reach()
    }
}
