internal import CLinux

/// A socket that accepts connections, of TCP or at a path, watched by a loop.
package struct ListeningSocket: ~Copyable {
    private let descriptor: Descriptor
    private let token: UInt64
    private let loop: EventLoop
    /// The port that was bound: the system's choice if 0 was asked for. 0 for a socket at a path.
    package let port: Int
    /// The file of a socket at a path, which goes with it.
    private let path: String?

    /// Opens `host:port` (a numeric address, or a name such as `localhost`) on the loop's thread.
    package init(
        host: String, port: Int, backlog: Int, on loop: EventLoop, _ source: any EventSource
    ) throws(SystemError) {
        let descriptor = try openListener(host: host, port: port, backlog: backlog)
        let port = try boundPort(of: descriptor)
        try self.init(descriptor, port: port, path: nil, on: loop, source)
    }

    /// Takes over a descriptor that listens already.
    init(
        _ descriptor: consuming Descriptor, port: Int, path: String?, on loop: EventLoop, _ source: any EventSource
    ) throws(SystemError) {
        let token = try loop.watch(descriptor, source)
        self.descriptor = descriptor
        self.token = token
        self.loop = loop
        self.port = port
        self.path = path
    }

    deinit {
        if let path { unsafe unlink(path) }
        loop.unwatch(descriptor, token)
    }

    /// The next connection that waits; nil when none does.
    package borrowing func accept() throws(SystemError) -> AcceptedSocket? {
        while true {
            var address = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let accepted = unsafe withUnsafeMutablePointer(to: &address) { address in
                unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    unsafe accept4(descriptor.number, address, &length, CLINUX_SOCK_FLAGS)
                }
            }
            if accepted >= 0 {
                var on: Int32 = 1
                unsafe setsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
                return AcceptedSocket(descriptor: Descriptor(owning: accepted), address: numberBytes(of: address))
            }
            switch clinux_errno() {
            case EAGAIN: return nil
            case EINTR, ECONNABORTED, EPROTO: continue
            default: throw SystemError("accept4")
            }
        }
    }
}

/// A connection fresh from `accept`, not yet watched.
package struct AcceptedSocket: ~Copyable {
    fileprivate var descriptor: Descriptor?
    /// The bytes of the other end's IP address: four, sixteen, or none of a socket at a path.
    package let address: [UInt8]

    private let number: Int32

    fileprivate init(descriptor: consuming Descriptor, address: [UInt8]) {
        number = descriptor.number
        self.descriptor = consume descriptor
        self.address = address
    }

    /// The process at the other end of a socket at a path, as it was when it connected; nil for connections of TCP.
    package var peer: SocketPeer? {
        var peer = clinux_peer()
        guard unsafe clinux_peer_of(number, &peer) == 0, peer.user != uid_t.max else { return nil }
        return SocketPeer(process: peer.process, user: peer.user)
    }
}

/// One end of a connection, watched by a loop. Never blocks.
package struct StreamSocket: ~Copyable {
    private let descriptor: Descriptor
    private let token: UInt64
    private let loop: EventLoop

    package init(
        _ accepted: consuming AcceptedSocket, on loop: EventLoop, _ source: any EventSource
    ) throws(SystemError) {
        guard let descriptor = accepted.descriptor.take() else { throw SystemError("accept4", number: EBADF) }
        let token = try loop.watch(descriptor, source)
        self.descriptor = descriptor
        self.token = token
        self.loop = loop
    }

    /// Begins a connection to `host:port` (a numeric address, or a name that needs no network to be looked up) on the loop's
    /// thread. The source hears when it can be written to, and when it cannot be had.
    package init(
        connectingTo host: String, port: Int, on loop: EventLoop, _ source: any EventSource
    ) throws(SystemError) {
        let descriptor = try beginConnection(host: host, port: port)
        let token = try loop.watch(descriptor, source)
        self.descriptor = descriptor
        self.token = token
        self.loop = loop
    }

    deinit { loop.unwatch(descriptor, token) }

    package enum Read: Sendable {
        /// Bytes were appended; `drained` says that no more wait for now.
        case some(drained: Bool)
        case nothingYet
        case endOfStream
        case failed
    }

    /// Appends what has arrived, `max` bytes at most.
    package borrowing func read(into buffer: inout [UInt8], max: Int) -> Read {
        while true {
            let room = min(max, unsafe loop.scratch.count)
            let count = unsafe recv(descriptor.number, loop.scratch.baseAddress, room, 0)
            if count > 0 {
                unsafe buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: loop.scratch[..<count]))
                return .some(drained: count < room)
            }
            if count == 0 { return .endOfStream }
            switch clinux_errno() {
            case EAGAIN: return .nothingYet
            case EINTR: continue
            default: return .failed
            }
        }
    }

    package enum Write: Sendable {
        case wrote(Int)
        case wouldBlock
        case failed
    }

    /// Writes as much of `bytes` from `offset` on as the system takes.
    package borrowing func write(_ bytes: [UInt8], from offset: Int) -> Write {
        while true {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe send(
                    descriptor.number, bytes.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .wrote(count) }
            switch clinux_errno() {
            case EAGAIN: return .wouldBlock
            case EINTR: continue
            default: return .failed
            }
        }
    }

    /// Sends our end of the stream; the other side may go on sending.
    package borrowing func finishWriting() { shutdown(descriptor.number, Int32(SHUT_WR)) }
}

/// Throws what would keep somebody from listening there now.
package func tryListening(host: String, port: Int) throws(SystemError) {
    _ = try openListener(host: host, port: port, backlog: 1)
}

/// Finds a port of loopback that nobody has, and that nobody is given meanwhile: it lies below those that the system gives to
/// who asks for any.
package func freePort() throws(SystemError) -> Int {
    for _ in 1...100 {
        let port = Int.random(in: 10_240..<32_768)
        if (try? tryListening(host: "127.0.0.1", port: port)) != nil { return port }
    }
    return try boundPort(of: try openListener(host: "127.0.0.1", port: 0, backlog: 1))
}

/// Listens on the first address of the host that can be bound: a name may stand for one that this machine lacks, as
/// `localhost` does for ::1 where IPv6 is switched off.
private func openListener(host: String, port: Int, backlog: Int) throws(SystemError) -> Descriptor {
    try unsafe withFirstAddress(of: host, port, flags: AI_PASSIVE) { address throws(SystemError) in
        try unsafe listen(on: address, "\(host):\(port)", backlog: backlog)
    }
}

/// Connects to the first address of the host that takes connections; the last of it is done when the socket can be written to.
func beginConnection(host: String, port: Int) throws(SystemError) -> Descriptor {
    try unsafe withFirstAddress(of: host, port, flags: 0) { address throws(SystemError) in
        let number = unsafe socket(address.pointee.ai_family, CLINUX_SOCK_STREAM | CLINUX_SOCK_FLAGS, 0)
        guard number >= 0 else { throw SystemError("socket") }
        let descriptor = Descriptor(owning: number)
        var on: Int32 = 1
        unsafe setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        let status = unsafe connect(number, address.pointee.ai_addr, address.pointee.ai_addrlen)
        guard status == 0 || clinux_errno() == EINPROGRESS else { throw SystemError("connect \(host):\(port)") }
        return descriptor
    }
}

/// Tries `body` with one address of a host after the other until it succeeds.
private func withFirstAddress(
    of host: String, _ port: Int, flags: Int32,
    _ body: (UnsafePointer<addrinfo>) throws(SystemError) -> Descriptor
) throws(SystemError) -> Descriptor {
    var hints = unsafe addrinfo()
    unsafe hints.ai_family = AF_UNSPEC
    unsafe hints.ai_socktype = CLINUX_SOCK_STREAM
    unsafe hints.ai_flags = flags | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, String(port), &hints, &found) == 0 else {
        throw SystemError("getaddrinfo \(host)", number: EADDRNOTAVAIL)
    }
    defer { unsafe freeaddrinfo(found) }
    var failure = SystemError("getaddrinfo \(host)", number: EADDRNOTAVAIL)
    var next = unsafe found
    while let address = unsafe next {
        do {
            return try unsafe body(address)
        } catch {
            failure = error
        }
        unsafe next = address.pointee.ai_next
    }
    throw failure
}

private func listen(
    on address: UnsafePointer<addrinfo>, _ name: String, backlog: Int
) throws(SystemError) -> Descriptor {
    let number = unsafe socket(address.pointee.ai_family, CLINUX_SOCK_STREAM | CLINUX_SOCK_FLAGS, 0)
    guard number >= 0 else { throw SystemError("socket") }
    let descriptor = Descriptor(owning: number)
    var on: Int32 = 1
    unsafe setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, 4)
    guard unsafe bind(number, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
        throw SystemError("bind \(name)")
    }
    guard listen(number, Int32(backlog)) == 0 else { throw SystemError("listen") }
    return descriptor
}

/// The bytes of an address in a `sockaddr`.
private func numberBytes(of address: sockaddr_storage) -> [UInt8] {
    unsafe withUnsafeBytes(of: address) { bytes in
        switch Int32(address.ss_family) {
        case AF_INET: unsafe Array(bytes[4..<8])
        case AF_INET6: unsafe Array(bytes[8..<24])
        default: []
        }
    }
}

private func boundPort(of descriptor: borrowing Descriptor) throws(SystemError) -> Int {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let failed = unsafe withUnsafeMutablePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
            unsafe getsockname(descriptor.number, address, &length)
        }
    }
    guard failed == 0 else { throw SystemError("getsockname") }
    return unsafe withUnsafeBytes(of: address) { bytes in
        // The port stands at the same place, in network order, for IPv4 and IPv6.
        unsafe Int(bytes[2]) << 8 | Int(bytes[3])
    }
}
