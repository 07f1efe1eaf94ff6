import HTTP
import System

/// One client's connection: reads requests, has the listener answer them one at a time, writes the answers in order.
///
/// Touched on the loop's thread only. What it is doing is its `phase`; how long it may go on doing that is `deadline`.
final class Connection: EventSource {
    enum Phase: Equatable {
        /// The next request has not begun: the connection is fresh, or kept since the last one.
        case fresh, idle
        case readingHead, readingBody
        case answering
        case streaming, upgraded
        /// The last bytes are on their way; the connection ends when they are out.
        case closing
        /// We have said our last; reading on lets the client get to see it.
        case lingering
    }

    /// The worth of a connection when there is no room for all.
    enum Standing {
        /// It has been told all that it will be, or has to wait for having cost too much.
        case expendable
        /// It has not sent a whole request yet.
        case waiting
        case busy
    }

    let id: UInt64
    let limits: HTTPLimits
    let peer: IPAddress?
    unowned let listener: HTTPListener
    var socket: StreamSocket?
    var parser: RequestParser
    private(set) var phase = Phase.fresh
    private(set) var deadline: MonotonicTime

    // Which of the listener's lists it is in, and its links there.
    var standing = Standing.busy
    var newer: Connection?
    weak var older: Connection?

    var canRead = true
    /// The client has finished sending. No event follows that one, so reading goes on to the end, whatever a read
    /// returns.
    var inputIsEnding = false
    var inputHasEnded = false
    var outbox: [UInt8] = []
    var written = 0

    /// The answer to every request, whatever it asks; nil for a client that was let in.
    var refusal: HTTPResponse?
    /// The head of the request being answered.
    var head: RequestHead?
    var task: Task<Void, Never>?
    var keepsAlive = false
    var isChunking = false
    private var lingered = 0
    /// The size of the request being answered: whoever answers holds it.
    private var answeredBytes = 0
    /// The bytes that the listener has counted for this client.
    private(set) var heldBytes = 0

    /// Waiting for the client to take what was written, or to send more.
    var writeWaiters: [CheckedContinuation<Void, any Error>] = []
    var readWaiter: (ticket: UInt64, continuation: CheckedContinuation<[UInt8]?, any Error>)?

    /// True if nothing more is read of it until its client owes less.
    private(set) var isHeldBack = false
    /// The client has been charged for the request that is being read.
    private var isCharged = false

    init(id: UInt64, peer: IPAddress?, listener: HTTPListener, limits: HTTPLimits) {
        self.id = id
        self.peer = peer
        self.listener = listener
        self.limits = limits
        parser = RequestParser(limits: limits)
        deadline = .now.advanced(by: limits.headTime)
    }

    // MARK: Events

    func ready(_ events: EventSet) {
        if events.readable { canRead = true }
        if events.ended { inputIsEnding = true }
        if events.broken, phase != .readingHead, phase != .readingBody { return close() }
        if events.writable { flush() }
        advance()
    }

    /// Reads and parses for as long as there is something to do.
    func advance() {
        switch phase {
        case .fresh, .idle, .readingHead, .readingBody:
            guard outbox.isEmpty, mayGoOn() else { return }
            readRequests()
            if phase == .fresh || phase == .idle { giveBack() }
        case .upgraded: deliverUpgradedInput()
        case .lingering: discardInput()
        case .answering, .streaming, .closing: break
        }
    }

    /// True if its client may have another request looked at, which it is charged for first. One that is being read is read
    /// to its end.
    private func mayGoOn() -> Bool {
        guard let peer, phase == .fresh || phase == .idle, canRead || parser.stage != .nothing else { return true }
        let wasHeldBack = isHeldBack
        switch listener.assumeIsolated({ $0.admit(peer) }) {
        case .unlimited: isHeldBack = false
        case .charged: (isHeldBack, isCharged) = (false, true)
        case .wait: isHeldBack = true
        }
        if isHeldBack != wasHeldBack {
            if isHeldBack { listener.assumeIsolated { $0.noteHeldBack() } }
            stand()
        }
        return !isHeldBack
    }

    /// Gives the charge back: nothing came.
    private func giveBack() {
        guard isCharged, let peer else { return }
        isCharged = false
        listener.assumeIsolated { $0.giveBack(to: peer) }
    }

    private func readRequests() {
        do throws(RequestRefused) {
            while true {
                switch try parser.next() {
                case .needsMore:
                    noteReadingStage()
                    guard countHeldBytes() else { return refuseForMemory() }
                    guard readMore() else { return }
                case .sendContinue:
                    enter(.readingBody)
                    send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                case .request(let request, let head):
                    return begin(request, head)
                }
                guard socket != nil else { return }
            }
        } catch {
            refuse(error.status)
        }
    }

    private func noteReadingStage() {
        switch parser.stage {
        case .nothing: break
        case .head: enter(.readingHead)
        case .body: enter(.readingBody)
        }
    }

    /// True if bytes came. At the end of the input a request that is not whole never will be.
    private func readMore() -> Bool {
        guard canRead, !inputHasEnded, socket != nil else {
            if inputHasEnded { close() }
            return false
        }
        var result = StreamSocket.Read.nothingYet
        parser.receive { buffer in
            result = socket?.read(into: &buffer, max: 16 << 10) ?? .failed
        }
        switch result {
        case .some(let drained):
            canRead = !drained || inputIsEnding
            return true
        case .nothingYet:
            canRead = false
            return false
        case .endOfStream:
            inputHasEnded = true
            close()
            return false
        case .failed:
            close()
            return false
        }
    }

    private func begin(_ request: HTTPRequest, _ head: RequestHead) {
        var request = request
        request.peer = peer
        self.head = head
        keepsAlive = head.keepsAlive
        answeredBytes = request.body.count
        countHeldBytes()
        enter(.answering)
        let (id, wasCharged) = (id, isCharged)
        isCharged = false
        let listener = listener
        listener.assumeIsolated { $0.answer(request, isCharged: wasCharged, for: id) }
    }

    // MARK: Memory

    /// Tells the listener what is held for this client now. False if that is too much for all of them together.
    @discardableResult
    private func countHeldBytes() -> Bool {
        let change = parser.heldBytes + answeredBytes - heldBytes
        guard change != 0 else { return true }
        heldBytes += change
        return listener.assumeIsolated { $0.countHeldBytes(change) }
    }

    private func refuseForMemory() {
        listener.assumeIsolated { $0.noteMemoryRefusal() }
        refuse(.serviceUnavailable)
    }

    /// The request has been answered, and whoever did so holds it no longer.
    func letRequestGo() {
        answeredBytes = 0
        countHeldBytes()
    }

    // MARK: Phases

    /// Goes over to `next`. A phase that lasts keeps the deadline it began with.
    func enter(_ next: Phase) {
        guard next != phase else { return }
        let isFirstHead = phase == .fresh && next == .readingHead
        phase = next
        if !isFirstHead { deadline = MonotonicTime.now.advanced(by: allowance(of: next)) }
        stand()
    }

    /// Tells the listener where it stands now.
    private func stand() {
        let standing: Standing =
            switch phase {
            case .lingering: .expendable
            case .fresh, .idle: isHeldBack ? .expendable : .waiting
            case .readingHead, .readingBody: .waiting
            case .answering, .streaming, .upgraded, .closing: .busy
            }
        listener.assumeIsolated { [id] in $0.note(standing, of: id) }
    }

    private func allowance(of phase: Phase) -> Duration {
        switch phase {
        case .fresh, .readingHead: limits.headTime
        case .readingBody: limits.bodyTime
        case .idle: limits.idleTime
        case .answering: limits.answerTime
        case .streaming, .upgraded: .seconds(1 << 31)
        case .closing: limits.writeTime
        case .lingering: limits.lingerTime
        }
    }

    /// Called when the deadline has passed.
    func expire() {
        switch phase {
        case .fresh, .idle, .closing, .lingering: close()
        case .readingHead, .readingBody: refuse(.requestTimeout)
        case .answering:
            listener.assumeIsolated { $0.noteLateAnswer() }
            refuse(.serviceUnavailable)
        case .streaming, .upgraded: if writeIsStalled { close() }
        }
    }

    /// The time at which a client that takes nothing of a stream is given up.
    var writeDeadline: MonotonicTime?
    private var writeIsStalled: Bool { writeDeadline.map { $0 <= .now } ?? false }

    func isOverdue(at now: MonotonicTime) -> Bool {
        deadline <= now || (writeDeadline.map { $0 <= now } ?? false)
    }

    // MARK: The end

    /// Says why and ends the connection.
    func refuse(_ status: HTTPStatus) {
        keepsAlive = false
        let unread = parser.head
        parser = RequestParser(limits: limits)
        letRequestGo()
        let reason = listener.assumeIsolated { [peer] in $0.refusal(status, of: unread, from: peer) }
        write(reason, isHead: head?.method == .head && phase == .answering)
        let wasCharged = isCharged
        isCharged = false
        listener.assumeIsolated { [peer] in $0.noteRefusal(status, of: peer, isCharged: wasCharged) }
    }

    /// Ends our side and reads on for a while: closing on unread input would reset the connection and take our last
    /// words with it.
    func linger() {
        guard !inputHasEnded else { return close() }
        socket?.finishWriting()
        enter(.lingering)
        discardInput()
    }

    private func discardInput() {
        var dropped: [UInt8] = []
        while canRead {
            dropped.removeAll(keepingCapacity: true)
            switch socket?.read(into: &dropped, max: 64 << 10) ?? .failed {
            case .some(let drained):
                canRead = !drained || inputIsEnding
                lingered += dropped.count
                if lingered > limits.lingerSize { return close() }
            case .nothingYet: canRead = false
            case .endOfStream, .failed: return close()
            }
        }
    }

    /// Ends a connection that has asked for nothing. A request that has arrived unseen is still taken up; one that is held
    /// back, for which there is no time left, is answered 503 without a look at it.
    func closeIfIdle() {
        guard phase == .fresh || phase == .idle else { return }
        canRead = true
        advance()
        guard phase == .fresh || phase == .idle else { return }
        if isHeldBack, parser.stage != .nothing || readMore() && parser.stage != .nothing {
            return refuse(.serviceUnavailable)
        }
        close()
    }

    func close() {
        guard socket != nil else { return }
        socket = nil
        if phase == .streaming || phase == .upgraded { task?.cancel() }
        task = nil
        let (writers, reader) = (writeWaiters, readWaiter)
        writeWaiters = []
        readWaiter = nil
        for writer in writers { writer.resume(throwing: HTTPConnectionClosed()) }
        reader?.continuation.resume(throwing: HTTPConnectionClosed())
        let (id, listener) = (id, listener)
        listener.assumeIsolated { $0.forget(id) }
    }
}
