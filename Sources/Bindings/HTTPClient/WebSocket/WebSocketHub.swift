import HTTP
import System
import TLS

/// All WebSockets of a transport, on one event loop.
actor WebSocketHub: LoopActor {
    nonisolated let loop: EventLoop
    private let limits: CurlWebSockets.Limits
    private let authorities: String?
    private let resolving: [String]
    private let reactor: CurlReactor
    private var trusts: WebSocketTrusts
    private var links: [ObjectIdentifier: WebSocketLink] = [:]
    /// Those that wait until fewer connect, in order.
    private var waiting: [WebSocketLink] = []
    private var connecting: Set<ObjectIdentifier> = []
    private var nextTicket: UInt64 = 1
    private var ticking: UInt64?
    private var memory = MemoryReturn()
    private var isClosed = false

    init(on loop: EventLoop, limits: CurlWebSockets.Limits, authorities: String?, resolving: [String]) {
        self.loop = loop
        self.limits = limits
        self.authorities = authorities
        self.resolving = resolving
        trusts = WebSocketTrusts(authorities: authorities)
        reactor = CurlReactor(keptConnections: limits.open, on: loop)
    }

    // MARK: Connecting

    func connect(_ text: String, _ options: WebSocketOptions) async throws(WebSocketError) -> WebSocketLink {
        guard let address = WebSocketAddress(text) else {
            throw .unusable("the address is not one of ws:// or wss:// with a host and without credentials")
        }
        try options.check(for: address)
        guard !isClosed else { throw .cancelled }
        guard links.count < limits.open else { throw .unusable("\(limits.open) WebSockets are open already") }
        let link = WebSocketLink(to: address, options, reactor, hub: self)
        links[ObjectIdentifier(link)] = link
        waiting.append(link)
        keepTicking()
        fillPlaces()
        let opened: WebSocketLink.Opened = await withTaskCancellationHandler {
            await withCheckedContinuation { awaitOpening(of: link, $0) }
        } onCancel: {
            soon { _ in link.drop() }
        }
        try opened.get()
        return link
    }

    private func fillPlaces() {
        while connecting.count < limits.connecting, !waiting.isEmpty {
            let link = waiting.removeFirst()
            connecting.insert(ObjectIdentifier(link))
            link.connect(authorities: authorities, resolving: resolving)
        }
    }

    /// The trust of a connection that names this file, or none.
    func trust(_ file: String?) -> Result<TLSTrust, TLSFailure> {
        do throws(TLSFailure) { return .success(try trusts.trust(file)) } catch { return .failure(error) }
    }

    /// Its place among those that connect is another's now.
    func hasConnected(_ link: WebSocketLink) {
        if connecting.remove(ObjectIdentifier(link)) != nil { memory.noteConnect(at: .now) }
        guard !waiting.isEmpty else { return }
        loop.onNextTurn { [weak self] in self?.assumeIsolated { $0.fillPlaces() } }
    }

    /// Forgets a link for which all is done.
    func forget(_ link: WebSocketLink) {
        waiting.removeAll { $0 === link }
        links[ObjectIdentifier(link)] = nil
        hasConnected(link)
        if links.isEmpty { endTicking() }
    }

    // MARK: Open ones

    func receive(from link: WebSocketLink) async throws(WebSocketError) -> WebSocketMessage {
        let ticket = takeTicket()
        let received: WebSocketLink.Received = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: .failure(.cancelled)) }
                receive(from: link, ticket, continuation)
            }
        } onCancel: {
            soon { _ in link.cancelReceive(ticket) }
        }
        return try received.get()
    }

    func send(_ message: WebSocketMessage, by link: WebSocketLink) async throws(WebSocketError) {
        let ticket = takeTicket()
        let sent: WebSocketLink.Sent = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: .failure(.cancelled)) }
                send(message, by: link, ticket, continuation)
            }
        } onCancel: {
            soon { _ in link.cancelSend(ticket) }
        }
        try sent.get()
    }

    func close(_ link: WebSocketLink, _ close: WebSocketClose) async {
        await withCheckedContinuation { self.close(link, close, $0) }
    }

    // These stand apart, since a closure that does not mention the actor does not run on it.

    private func awaitOpening(
        of link: WebSocketLink, _ continuation: CheckedContinuation<WebSocketLink.Opened, Never>
    ) {
        link.awaitOpening(continuation)
    }

    private func receive(
        from link: WebSocketLink, _ ticket: UInt64, _ continuation: CheckedContinuation<WebSocketLink.Received, Never>
    ) {
        link.receive(ticket, continuation)
    }

    private func send(
        _ message: WebSocketMessage, by link: WebSocketLink, _ ticket: UInt64,
        _ continuation: CheckedContinuation<WebSocketLink.Sent, Never>
    ) {
        link.send(message, ticket, continuation)
    }

    private func close(
        _ link: WebSocketLink, _ close: WebSocketClose, _ continuation: CheckedContinuation<Void, Never>
    ) {
        link.close(close, continuation)
    }

    private func takeTicket() -> UInt64 {
        defer { nextTicket += 1 }
        return nextTicket
    }

    // MARK: Deadlines and the end

    private func keepTicking() {
        guard ticking == nil else { return }
        ticking = loop.startTicking { [unowned self] in assumeIsolated { $0.sweep() } }
    }

    private func endTicking() {
        if let ticking { loop.stopTicking(ticking) }
        ticking = nil
    }

    private func sweep() {
        let now = MonotonicTime.now
        for link in Array(links.values) { link.endIfOverdue(at: now) }
        reactor.tick()
        if memory.isDue(at: now) { Process.giveBackMemory() }
    }

    /// Ends all of them as cancelled, and takes no more.
    func close() {
        isClosed = true
        for link in Array(links.values) { link.drop() }
    }
}
