package import HTTP
import JSON
package import Lifecycle
package import Observability
package import System

/// Listens on one address, of TCP or in the file system, and answers what comes with one handler, on one event loop.
package actor HTTPListener: LoopActor, Service {
    package nonisolated let name: String
    package nonisolated let loop: EventLoop
    private let address: Address
    private let limits: HTTPLimits
    private let handler: HTTPHandler
    private let admission: HTTPAdmission?
    private let refusals: HTTPRefusals?
    private let log: Logger
    private let counters: HTTPCounters
    /// The budgets of strangers; nil where there are none.
    private let budgets: ClientBudgets?

    private var socket: ListeningSocket?
    private var port: Int?
    private var acceptor: Acceptor?
    private var spare: SpareDescriptor?
    private var connections: [UInt64: Connection] = [:]
    /// Those that have no whole request yet, and those that are of no more use.
    private var waiting = WaitingList()
    private var expendable = WaitingList()
    private var nextID: UInt64 = 1
    private var ticking: UInt64?
    private var acceptHasFailed = false
    private var willGoOnAccepting = false
    /// The bytes of the requests of all connections, against `limits.heldBytes`.
    package private(set) var heldBytes = 0
    private(set) var isQuiescing = false
    private let emptied = Signpost()

    /// The address of a listener.
    package enum Address: Sendable, CustomStringConvertible {
        /// A port of 0 is any that is free.
        case host(String, port: Int)
        /// A socket in the file system, for our own user.
        case path(String)

        package var description: String {
            switch self {
            case .host(let host, let port): "\(host):\(port)"
            case .path(let path): path
            }
        }
    }

    /// `admission` judges whoever connects to a path before anything of what they send is heeded. `refusals` has the words for
    /// requests that are refused before their body is read.
    package init(
        name: String,
        at address: Address,
        limits: HTTPLimits = HTTPLimits(),
        budgets: ClientBudgets? = nil,
        on loop: EventLoop,
        metrics: Metrics,
        log: Logger,
        clock: @escaping @Sendable () -> Timestamp = { .now },
        admission: HTTPAdmission? = nil,
        refusals: HTTPRefusals? = nil,
        handler: @escaping HTTPHandler
    ) {
        self.budgets = budgets
        self.name = name
        self.address = address
        self.limits = limits
        self.loop = loop
        self.handler = handler
        self.clock = clock
        self.admission = admission
        self.refusals = refusals
        self.log = log
        counters = HTTPCounters(metrics, listener: name)
    }

    // MARK: Life

    /// Opens the port and answers from then on; the port that was bound comes back.
    @discardableResult
    package func open() throws -> Int {
        if let port { return port }
        let acceptor = Acceptor(self)
        let opened: ListeningSocket
        do {
            opened = try listen(acceptor)
        } catch {
            throw CannotListen(address: address, cause: error)
        }
        let bound = opened.port
        self.acceptor = acceptor
        socket = consume opened
        spare = SpareDescriptor()
        port = bound
        return bound
    }

    private func listen(_ acceptor: Acceptor) throws(SystemError) -> ListeningSocket {
        switch address {
        case .host(let host, let port):
            try ListeningSocket(host: host, port: port, backlog: HTTPListener.backlog, on: loop, acceptor)
        case .path(let path):
            try ListeningSocket(path: path, backlog: HTTPListener.backlog, on: loop, acceptor)
        }
    }

    package func run(_ life: ServiceLife) async throws {
        let port = try open()
        if case .host(let host, _) = address {
            log.info("\(name) listens on \(host):\(port)")
        } else {
            log.info("\(name) listens on \(address)")
        }
        life.hasStarted()
        await life.untilToldToStop()
        await quiesce(by: life.stopDeadline ?? .now)
    }

    /// Returns once its loop has had a turn: at once, unless something holds that up.
    package func turn() {}

    /// Accepts nothing new, lets what is in flight be answered, and closes whatever is left at `deadline`.
    package func quiesce(by deadline: MonotonicTime) async {
        accept(atMost: HTTPListener.backlog)
        socket = nil
        acceptHasFailed = false
        isQuiescing = true
        quiesceDeadline = deadline
        for connection in Array(connections.values) { connection.closeIfIdle() }
        guard !connections.isEmpty else { return endSweeping() }
        // The sweep comes a few times a second, and the deadline may be nearer than that.
        let closing = Task {
            guard (try? await Task.sleep(for: deadline.since(.now))) != nil else { return }
            sweep()
        }
        defer { closing.cancel() }
        await emptied.wait()
    }

    private var quiesceDeadline: MonotonicTime?

    // MARK: Connections

    private static let backlog = 1024
    private static let acceptsInATurn = 64

    /// Takes in who waits: so many at a time that a flood of newcomers does not hold up those who are here.
    fileprivate func acceptWaiting() {
        guard accept(atMost: HTTPListener.acceptsInATurn), !willGoOnAccepting else { return }
        willGoOnAccepting = true
        loop.onNextTurn { [weak self] in
            self?.assumeIsolated { listener in
                listener.willGoOnAccepting = false
                listener.acceptWaiting()
            }
        }
    }

    /// True if that many came, and perhaps more wait.
    @discardableResult
    private func accept(atMost count: Int) -> Bool {
        acceptHasFailed = false
        for _ in 0..<count where socket != nil {
            do {
                guard let accepted = try socket?.accept() else { return false }
                makeRoom()
                take(accepted)
            } catch {
                guard error.isExhausted ? acceptWithSpare() : retryLater(error) else { return false }
            }
        }
        return socket != nil
    }

    /// Out of descriptors, the system says so whether or not somebody waits: the one kept for that lets us see. For the
    /// newcomer another gives way; where all are busy, the newcomer is turned away.
    private func acceptWithSpare() -> Bool {
        spare?.release()
        defer { spare?.reserve() }
        do {
            guard let accepted = try socket?.accept() else { return false }
            guard let oldest = leastDear else {
                counters.refusedConnections.increment()
                return true
            }
            evict(oldest)
            take(accepted)
            return true
        } catch {
            return retryLater(error)
        }
    }

    /// The listening socket reports a connection once: what cannot be accepted now is tried again at the next sweep.
    private func retryLater(_ error: SystemError) -> Bool {
        log.error("\(name) cannot accept a connection", [.error: .string(error.description)])
        acceptHasFailed = true
        keepSweeping()
        return false
    }

    private func take(_ accepted: consuming AcceptedSocket) {
        guard connections.count < limits.connections else { return counters.refusedConnections.increment() }
        let address = IPAddress(bytes: accepted.address)?.canonical
        let connection = Connection(id: nextID, peer: address, listener: self, limits: limits)
        if let admission { connection.refusal = admission(accepted.peer) }
        guard let stream = try? StreamSocket(accepted, on: loop, connection) else { return }
        nextID += 1
        connection.socket = consume stream
        connections[connection.id] = connection
        note(.waiting, of: connection.id)
        counters.connections.increment()
        keepSweeping()
        connection.advance()
    }

    /// At the cap another gives way to a newcomer, so that those who say nothing, or nothing of use, cannot shut it out.
    private func makeRoom() {
        guard connections.count >= limits.connections, let oldest = leastDear else { return }
        evict(oldest)
    }

    /// The oldest of those that are of no more use; else the one that has kept us waiting longest for a whole request.
    private var leastDear: Connection? { expendable.oldest ?? waiting.oldest }

    private func evict(_ connection: Connection) {
        counters.evictedConnections.increment()
        connection.close()
    }

    func note(_ standing: Connection.Standing, of id: UInt64) {
        guard let connection = connections[id], connection.standing != standing else { return }
        leaveList(connection)
        connection.standing = standing
        switch standing {
        case .expendable: expendable.append(connection)
        case .waiting: waiting.append(connection)
        case .busy: break
        }
    }

    private func leaveList(_ connection: Connection) {
        switch connection.standing {
        case .expendable: expendable.remove(connection)
        case .waiting: waiting.remove(connection)
        case .busy: break
        }
        connection.standing = .busy
    }

    func forget(_ id: UInt64) {
        guard let connection = connections.removeValue(forKey: id) else { return }
        leaveList(connection)
        heldBytes -= connection.heldBytes
        counters.closedConnections.increment()
        guard connections.isEmpty else { return }
        endSweeping()
        if isQuiescing { emptied.reach() }
    }

    /// True if what all connections hold is within the limit still.
    func countHeldBytes(_ change: Int) -> Bool {
        heldBytes += change
        return change < 0 || heldBytes <= limits.heldBytes
    }

    func noteMemoryRefusal() { counters.memoryRefusals.increment() }

    // MARK: Deadlines

    private func keepSweeping() {
        guard ticking == nil else { return }
        ticking = loop.startTicking { [unowned self] in assumeIsolated { $0.sweep() } }
    }

    private func endSweeping() {
        if let ticking { loop.stopTicking(ticking) }
        ticking = nil
    }

    private func sweep() {
        retryAccept()
        let now = MonotonicTime.now
        let isOver = quiesceDeadline.map { $0 <= now } ?? false
        for connection in Array(connections.values) {
            if isOver {
                connection.close()
            } else if connection.isOverdue(at: now) {
                connection.expire()
            }
        }
        // Each is charged for before the next one is tried, and those first that have waited the longest.
        for connection in expendable.members where connection.isHeldBack { connection.advance() }
    }

    private func retryAccept() {
        guard acceptHasFailed else { return }
        acceptWaiting()
        if connections.isEmpty, !acceptHasFailed { endSweeping() }
    }

    // MARK: Answers

    func answer(_ request: HTTPRequest, isCharged: Bool, for id: UInt64) {
        guard let connection = connections[id] else { return }
        // With this preference all that the handler awaits comes back to the loop's thread, whoever ends the wait: none of it
        // needs the concurrency pool, which others may keep busy.
        connection.task = Task(executorPreference: loop) {
            await self.respond(to: request, isCharged: isCharged, of: id)
        }
    }

    private func respond(to request: HTTPRequest, isCharged: Bool, of id: UInt64) async {
        let refusal = connections[id]?.refusal
        let response = if let refusal { refusal } else { await answer(request, isCharged: isCharged) }
        guard let connection = connections[id], connection.phase == .answering else { return }
        if isQuiescing || refusal != nil { connection.keepsAlive = false }
        if case .upgraded = response.body, connection.head?.wantsUpgrade != true {
            return connection.refuse(.badRequest)
        }
        counters.count(response.status)
        connection.write(response, isHead: request.method == .head)
        await follow(response, on: id)
    }

    /// Lets the rest of an answer be produced: a body that comes in pieces, or another protocol.
    private func follow(_ response: HTTPResponse, on id: UInt64) async {
        switch response.body {
        case .whole: break
        case .streamed(let produce):
            guard connections[id]?.phase == .streaming else { return }
            let isComplete: Bool
            do {
                try await produce(ConnectionHandle(listener: self, id: id))
                isComplete = true
            } catch {
                isComplete = false
            }
            connections[id]?.finishStream(isComplete: isComplete)
        case .upgraded(let run):
            await run(ConnectionHandle(listener: self, id: id))
            connections[id]?.finishUpgrade()
        }
    }

    /// The answer to a request that is refused before it is whole; of its head, where there is one, others may make more.
    func refusal(_ status: HTTPStatus, of head: RequestHead?, from client: IPAddress?) -> HTTPResponse {
        let request = head.map { head in
            var request = HTTPRequest(head.method, head.target, headers: head.headers)
            request.peer = client
            return request
        }
        return request.flatMap { refusals?(status, $0) } ?? .text(status, status.reason + "\n")
    }

    func noteLateAnswer() { counters.lateAnswers.increment() }

    func noteRefusal(_ status: HTTPStatus, of client: IPAddress?, isCharged: Bool) {
        counters.count(status)
        guard let client else { return }
        // What we are too slow or too full for is nobody else's doing.
        if 400..<500 ~= status.code {
            budgets?.chargeRefusal(isPaid: isCharged, to: client)
        } else if isCharged {
            budgets?.giveBack(to: client)
        }
    }

    // MARK: What clients cost

    /// Lets the next request of a connection on, or not yet.
    func admit(_ peer: IPAddress) -> ClientBudgets.Admission { budgets?.admit(peer) ?? .unlimited }

    func giveBack(to peer: IPAddress) { budgets?.giveBack(to: peer) }

    func noteHeldBack() { counters.heldBack.increment() }

    /// Answers a request. The connection of a client that owes too much is not read; one for whom a proxy speaks is told
    /// instead, and so is one whose other requests, read at the same time, have cost too much meanwhile.
    private func answer(_ request: HTTPRequest, isCharged: Bool) async -> HTTPResponse {
        guard let budgets, let peer = request.peer, let client = budgets.client(of: request) else {
            return await handler(request)
        }
        let proxy = client == peer ? nil : peer
        if isCharged { budgets.giveBack(to: peer) }
        let admission = isCharged || proxy != nil ? budgets.admit(client, through: proxy) : .unlimited
        if case .wait(let delay) = admission {
            noteHeldBack()
            budgets.chargeRefusal(to: client, through: proxy)
            return .tooMany(retryAfter: delay)
        }
        let response = await handler(request)
        settle(response, isPaid: admission == .charged, with: client, through: proxy, in: budgets)
        return response
    }

    private func settle(
        _ response: HTTPResponse, isPaid: Bool, with client: IPAddress, through proxy: IPAddress?,
        in budgets: ClientBudgets
    ) {
        switch response.proof {
        case .failed(let cost): return budgets.chargeRefusal(after: cost, isPaid: isPaid, to: client, through: proxy)
        case .none where 400..<500 ~= response.status.code:
            return budgets.chargeRefusal(isPaid: isPaid, to: client, through: proxy)
        case .given: budgets.trust(client, through: proxy)
        case .none: break
        }
        if isPaid { budgets.giveBack(to: client, through: proxy) }
    }

    fileprivate func sendPiece(_ bytes: [UInt8], on id: UInt64) async throws {
        try await withCheckedThrowingContinuation { (waiter: CheckedContinuation<Void, any Error>) in
            guard let connection = connections[id] else { return waiter.resume(throwing: HTTPConnectionClosed()) }
            connection.sendPiece(bytes, waiter)
        }
    }

    fileprivate func readUpgraded(_ id: UInt64) async throws -> [UInt8]? {
        nextTicket += 1
        let ticket = nextTicket
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                if Task.isCancelled { return waiter.resume(throwing: CancellationError()) }
                guard let connection = connections[id] else { return waiter.resume(throwing: HTTPConnectionClosed()) }
                connection.readUpgraded(ticket, waiter)
            }
        } onCancel: {
            // Unstructured: a cancellation is told at once, and the listener comes to it in its turn.
            Task { await self.cancelRead(ticket, on: id) }
        }
    }

    private var nextTicket: UInt64 = 0

    private func cancelRead(_ ticket: UInt64, on id: UInt64) { connections[id]?.cancelRead(ticket) }

    // MARK: The date, written once a second

    private let clock: @Sendable () -> Timestamp
    private var dateSecond: Int64 = 0
    private var dateBytes: [UInt8] = []

    var date: [UInt8] {
        let now = clock()
        if now.seconds != dateSecond {
            dateSecond = now.seconds
            dateBytes = Array(now.httpDate.utf8)
        }
        return dateBytes
    }
}

extension HTTPResponse {
    fileprivate static func tooMany(retryAfter delay: Duration) -> HTTPResponse {
        var response = text(.tooManyRequests, "try again later\n")
        response.headers["Retry-After"] = String(max(1, delay.components.seconds + 1))
        return response
    }
}
/// The answer to everybody who connects from that process, whatever they ask; nil for one who is let in. The process is
/// nil where it is not known.
package typealias HTTPAdmission = @Sendable (SocketPeer?) -> HTTPResponse?

/// The answer to a request that is refused for what is wrong with its body, which is not in it; nil for one in plain words.
package typealias HTTPRefusals = @Sendable (HTTPStatus, HTTPRequest) -> HTTPResponse?

/// Hears of connections that wait to be accepted.
private final class Acceptor: EventSource {
    private unowned let listener: HTTPListener
    init(_ listener: HTTPListener) { self.listener = listener }
    func ready(_ events: EventSet) { listener.assumeIsolated { $0.acceptWaiting() } }
}

/// A connection as the producer of a body, or another protocol, holds it.
private struct ConnectionHandle: HTTPBodyWriter, HTTPUpgradedConnection {
    let listener: HTTPListener
    let id: UInt64

    func write(_ bytes: [UInt8]) async throws { try await listener.sendPiece(bytes, on: id) }
    func read() async throws -> [UInt8]? { try await listener.readUpgraded(id) }
}
