import HTTP
import System
import TLS

/// One WebSocket of ours, from the call that asks for it until nothing is left of it.
///
/// Touched on the loop's thread only.
@safe final class WebSocketLink: EventSource, @unchecked Sendable {
    enum Stage {
        /// Too many others connect. → connecting, gone
        case waiting
        /// curl looks for the server, and shakes hands with the proxy; with no server named, for TLS as well.
        /// → securing, shaking, gone
        case connecting(CurlServer?)
        /// The handshake of TLS. → shaking, gone
        case securing(TLSConnection)
        /// The HTTP before the WebSocket. → open, gone
        case shaking(WebSocketHandshake)
        /// → ending, gone
        case open
        /// It is over, but for what the other end is still told. → gone
        case ending(WebSocketError)
        /// It has ended; messages that came before that can still be taken.
        case gone(WebSocketError)
    }

    typealias Opened = Result<Void, WebSocketError>
    typealias Received = Result<WebSocketMessage, WebSocketError>
    typealias Sent = Result<Void, WebSocketError>

    let address: WebSocketAddress
    let options: WebSocketOptions
    let reactor: CurlReactor
    unowned let hub: WebSocketHub

    var stage = Stage.waiting
    /// The handle by which curl connects. It goes once there is a connection, unless curl has to carry that.
    var handle: CurlHandle?
    /// The connection, once there is one.
    var carrier: (any WebSocketCarrier)?
    private var descriptor: LentDescriptor?
    /// The moment at which a stage that may not last is over.
    var deadline: MonotonicTime?
    var session: WebSocketSession

    var opener: CheckedContinuation<Opened, Never>?
    var receiver: (ticket: UInt64, continuation: CheckedContinuation<Received, Never>)?
    var closers: [CheckedContinuation<Void, Never>] = []

    /// The messages that came and were not asked for yet.
    var inbox = WebSocketInbox()
    var willRead = false
    var outbox = WebSocketOutbox()

    init(to address: WebSocketAddress, _ options: WebSocketOptions, _ reactor: CurlReactor, hub: WebSocketHub) {
        self.address = address
        self.options = options
        self.reactor = reactor
        self.hub = hub
        session = WebSocketSession(as: .client, maxMessage: options.limits.message)
        deadline = .now.advanced(by: options.connectTimeout)
    }

    // MARK: Events

    func ready(_ events: EventSet) {
        if case .securing(let connection) = stage { return secure(connection) }
        let waitedToWrite = carrier?.waitsToWrite == true
        if events.writable { flush() }
        if events.readable || events.writable && waitedToWrite { readMore() }
        // It is told of again and again whether we want to read or not; what is left to read, we read when there is room.
        if events.broken, !wantsInput { descriptor = nil }
    }

    /// True while there is room for what comes, or it is thrown away.
    var wantsInput: Bool {
        switch stage {
        case .waiting, .connecting, .gone: false
        case .securing, .shaking, .ending: true
        case .open: inbox.size < options.limits.inbox || !session.isOpen
        }
    }

    /// Has the loop tell us of what we can go on with, and of nothing else.
    func watchSocket() {
        guard let carrier, let socket = carrier.socket else { return descriptor = nil }
        var interest: LentDescriptor.Interest = []
        if wantsInput { interest.insert(.reading) }
        if outbox.isStuck || carrier.waitsToWrite { interest.insert(.writing) }
        if descriptor != nil {
            descriptor?.watch(for: interest)
        } else if !interest.isEmpty {
            do throws(SystemError) {
                descriptor = try LentDescriptor(socket, for: interest, on: hub.loop, self)
            } catch {
                fail(.lost("its socket cannot be watched: \(error)"))
            }
        }
    }

    // MARK: Deadlines

    func endIfOverdue(at now: MonotonicTime) {
        if let deadline, deadline <= now { return expire() }
        guard let due = outbox.deadline, due <= now else { return }
        let time = options.limits.sendTime.short
        fail(.timedOut("\(address) has not taken what was sent to it within \(time)"))
    }

    private func expire() {
        let limit = "the connect timeout of \(options.connectTimeout.short)"
        switch stage {
        case .waiting: fail(.timedOut("\(limit) passed while others connected; nothing was sent to \(address)"))
        case .connecting, .securing: fail(.timedOut("\(limit) passed before there was a connection to \(address)"))
        case .shaking: fail(.timedOut("\(limit) passed before \(address) had answered the handshake"))
        case .open: fail(session.lose("\(address) did not answer the close"))
        case .ending(let error): fail(error)
        case .gone: deadline = nil
        }
    }

    // MARK: The end

    /// The error that whoever wants something of it from now on gets; nil while it is open.
    var ending: WebSocketError? {
        switch stage {
        case .ending(let error), .gone(let error): error
        case .waiting, .connecting, .securing, .shaking, .open: nil
        }
    }

    /// Ends it here and now, in whatever stage.
    func fail(_ error: WebSocketError) {
        if case .gone = stage { return }
        let error = ending ?? error
        stage = .gone(error)
        deadline = nil
        disconnect()
        tell(error)
        outbox.fail(error)
        for closer in exchange(&closers, with: []) { closer.resume() }
        hub.assumeIsolated { $0.forget(self) }
    }

    /// Tells those who wait for it to go on that it does not.
    func tell(_ error: WebSocketError) {
        exchange(&opener, with: nil)?.resume(returning: .failure(error))
        exchange(&receiver, with: nil)?.continuation.resume(returning: .failure(error))
    }

    private func disconnect() {
        descriptor = nil
        carrier = nil
        letGoOfHandle()
    }

    func letGoOfHandle() {
        if let handle = exchange(&handle, with: nil) { reactor.remove(handle) }
    }

    /// Ends the connection, which its owner has let go of.
    func drop() { fail(.cancelled) }
}
