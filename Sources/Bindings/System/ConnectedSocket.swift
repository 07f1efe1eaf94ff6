internal import CLinux

/// A connected socket that somebody else has made and we own from now on. Never blocks.
package struct ConnectedSocket: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Another descriptor of the socket `number`, which does not end when its owner closes that.
    package init(copying number: Int32) throws(SystemError) {
        let copy = clinux_copy_descriptor(number)
        guard copy >= 0 else { throw SystemError("fcntl") }
        descriptor = Descriptor(owning: copy)
    }

    /// Begins a connection to the first address of a host that takes connections: it is made when the socket can be written to.
    package init(to host: String, port: Int) throws(SystemError) {
        descriptor = try beginConnection(host: host, port: port)
    }

    package var number: Int32 { descriptor.number }

    package enum Read: Sendable {
        case some(Int)
        case nothingYet
        case end
        case failed(SystemError)
    }

    /// Reads what has arrived into `buffer`.
    package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) -> Read {
        while true {
            let count = unsafe recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .some(count) }
            if count == 0 { return .end }
            switch clinux_errno() {
            case EAGAIN: return .nothingYet
            case EINTR: continue
            default: return .failed(SystemError("recv"))
            }
        }
    }

    package enum Write: Sendable {
        case some(Int)
        case notYet
        case failed(SystemError)
    }

    /// Writes as much of `bytes` from `offset` on as the system takes.
    package borrowing func write(_ bytes: [UInt8], from offset: Int) -> Write {
        while true {
            let count = unsafe bytes.withUnsafeBytes { bytes in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
                return unsafe send(descriptor.number, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .some(count) }
            switch clinux_errno() {
            case EAGAIN: return .notYet
            case EINTR: continue
            default: return .failed(SystemError("send"))
            }
        }
    }
}

/// Waits until a socket can be read from, or be written to; false where that takes longer than until `deadline`.
package func waitForSocket(_ number: Int32, toWrite: Bool, until deadline: MonotonicTime) -> Bool {
    while true {
        let left = deadline.since(.now).inMilliseconds
        guard left > 0 else { return false }
        var awaited = pollfd(fd: number, events: Int16(toWrite ? POLLOUT : POLLIN), revents: 0)
        let count = unsafe poll(&awaited, 1, Int32(clamping: left))
        if count > 0 { return true }
        if count < 0, clinux_errno() != EINTR { return false }
    }
}
