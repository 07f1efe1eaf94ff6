import Glibc

/// A blocking TCP connection to a port of this machine; nothing of HTTP. Waits for a few seconds at most.
final class RawSocket {
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ what: String) { description = "\(what): errno \(errno)" }
    }

    private let descriptor: Int32
    private var isOpen = true

    /// Connects from 127.0.0.`host`.
    init(port: Int, from host: UInt8 = 1, receiveBuffer: Int?, beforeConnecting: () -> Void) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("socket") }
        if let receiveBuffer { setOption(SO_RCVBUF, Int32(receiveBuffer)) }
        beforeConnecting()
        let descriptor = descriptor
        if host != 1 {
            _ = unsafe withAddress(host: host, port: 0) { address, length in unsafe bind(descriptor, address, length) }
        }
        let result = unsafe withAddress(host: 1, port: port) { address, length in
            unsafe connect(descriptor, address, length)
        }
        guard result == 0 else {
            Glibc.close(descriptor)
            isOpen = false
            throw Failure("connect")
        }
    }

    private func withAddress(
        host: UInt8, port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = (0x7F00_0000 | UInt32(host)).bigEndian
        return unsafe withUnsafePointer(to: address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe body(address, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit { close() }

    /// False once the other side does not want it.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    enum Received: Equatable { case bytes([UInt8]), end, reset, nothing }

    /// Waits for what comes next; `nothing` if that takes longer than `patience` milliseconds.
    func receive(patience: Int = 30_000) -> Received {
        var limit = timeval(tv_sec: patience / 1000, tv_usec: patience % 1000 * 1000)
        unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &limit,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe recv(descriptor, bytes.baseAddress, bytes.count, 0)
        }
        if count > 0 { return .bytes(Array(buffer[..<count])) }
        if count == 0 { return .end }
        return errno == EAGAIN ? .nothing : .reset
    }

    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Resets the connection instead of ending it.
    func abort() {
        var limit = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &limit, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }

    private func setOption(_ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, SOL_SOCKET, option, &value, 4)
    }
}
