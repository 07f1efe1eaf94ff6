internal import CCurl
import System

/// Drives the connects of a multi from an event loop, which waits for curl's sockets beside its own. What one costs does
/// not grow with the number of the others.
///
/// Touched on the loop's thread only.
@safe final class CurlReactor {
    private let multi: CurlMulti
    private let loop: EventLoop
    private var sockets: [curl_socket_t: CurlSocket] = [:]
    /// The moment at which curl wants to look at its clock; nil while there is none.
    private var deadline: MonotonicTime?
    private var willLook = false

    /// The buffer of every read from a connection, so that none holds one.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16 << 10, alignment: 16)

    deinit {
        multi.fallSilent()
        unsafe buffer.deallocate()
    }

    init(keptConnections: Int, on loop: EventLoop) {
        multi = CurlMulti(keptConnections: keptConnections)
        self.loop = loop
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe multi.tell(
            of: { _, socket, what, me, _ in
                unsafe reactor(me).watch(socket, for: what)
                return 0
            },
            { _, milliseconds, me in
                unsafe reactor(me).look(in: milliseconds)
                return 0
            }, me)
    }

    /// Begins to connect. The link hears of the end, never before this returns.
    func add(_ handle: CurlHandle, for link: WebSocketLink) {
        unsafe ccurl_set_pointer(handle.pointer, CURLOPT_PRIVATE, Unmanaged.passUnretained(link).toOpaque())
        multi.add(handle)
    }

    /// Closes the connection of a handle, whatever has become of it.
    func remove(_ handle: CurlHandle) { multi.remove(handle) }

    /// Looks at curl's clock if that is due. Called now and then.
    func tick() {
        guard let deadline, deadline <= .now else { return }
        act()
    }

    /// Has curl go on, and tells the links of what has ended by that.
    fileprivate func act(on socket: curl_socket_t = CCURL_NO_SOCKET, _ events: Int32 = 0) {
        if socket == CCURL_NO_SOCKET { deadline = nil }
        multi.act(on: socket, events)
        while let (link, code) = unsafe multi.nextFinishedOwner() {
            unsafe Unmanaged<WebSocketLink>.fromOpaque(link).takeUnretainedValue().hasConnected(code)
        }
    }

    // MARK: Called by curl, which is not to be called back from here

    private func watch(_ socket: curl_socket_t, for what: Int32) {
        let interest: LentDescriptor.Interest? =
            switch what {
            case CCURL_POLL_IN: .reading
            case CCURL_POLL_OUT: .writing
            case CCURL_POLL_INOUT: [.reading, .writing]
            default: nil
            }
        guard let interest else { return sockets.removeValue(forKey: socket)?.stop() ?? () }
        if let watched = sockets[socket] { return watched.watch(for: interest) }
        sockets[socket] = CurlSocket(socket, for: interest, on: loop, self)
    }

    private func look(in milliseconds: Int) {
        guard milliseconds >= 0 else { return deadline = nil }
        deadline = .now.advanced(by: .milliseconds(milliseconds))
        guard milliseconds == 0, !willLook else { return }
        willLook = true
        loop.onNextTurn { [weak self] in
            self?.willLook = false
            self?.tick()
        }
    }
}

/// A socket that curl connects.
private final class CurlSocket: EventSource {
    private let number: curl_socket_t
    private var descriptor: LentDescriptor?
    private weak var reactor: CurlReactor?

    /// One that the system does not let us watch fails by its deadline.
    init(_ number: curl_socket_t, for interest: LentDescriptor.Interest, on loop: EventLoop, _ reactor: CurlReactor) {
        self.number = number
        self.reactor = reactor
        descriptor = try? LentDescriptor(number, for: interest, on: loop, self)
    }

    func watch(for interest: LentDescriptor.Interest) { descriptor?.watch(for: interest) }

    /// The loop holds it for as long as it watches the socket.
    func stop() { descriptor = nil }

    func ready(_ events: EventSet) {
        var what: Int32 = 0
        if events.readable { what |= CCURL_SELECT_IN }
        if events.writable { what |= CCURL_SELECT_OUT }
        if events.broken { what |= CCURL_SELECT_ERROR }
        reactor?.act(on: number, what)
    }
}

private func reactor(_ pointer: UnsafeMutableRawPointer?) -> CurlReactor {
    guard let pointer = unsafe pointer else { preconditionFailure("libcurl called back for no reactor") }
    return unsafe Unmanaged<CurlReactor>.fromOpaque(pointer).takeUnretainedValue()
}
