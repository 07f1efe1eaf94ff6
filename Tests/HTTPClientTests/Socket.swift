import Glibc

/// The few socket calls that the tests' servers need.
enum Socket {
    /// Listens on a free port of loopback.
    static func listening() -> Int32 {
        let descriptor = bound()
        precondition(listen(descriptor, 128) == 0, "cannot listen")
        return descriptor
    }

    /// A port nobody listens on, held by `body`'s caller so that nobody else gets it meanwhile.
    static func withRefusingPort<Result>(_ body: (Int) async throws -> Result) async rethrows -> Result {
        let descriptor = bound()
        defer { close(descriptor) }
        return try await body(port(of: descriptor))
    }

    static func port(of descriptor: Int32) -> Int {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        unsafe withUnsafeMutablePointer(to: &address) { address in
            _ = unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        return Int(address.sin_port.bigEndian)
    }

    /// Connects to a port of loopback; nil if nobody listens there.
    static func connected(to port: Int) -> Int32? {
        let descriptor = fresh()
        let code = unsafe withLoopback(port: port) { unsafe connect(descriptor, $0, $1) }
        if code == 0 { return descriptor }
        close(descriptor)
        return nil
    }

    private static func bound() -> Int32 {
        let descriptor = fresh()
        let code = unsafe withLoopback(port: 0) { unsafe bind(descriptor, $0, $1) }
        precondition(code == 0, "cannot bind")
        return descriptor
    }

    private static func fresh() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        precondition(descriptor >= 0, "no socket")
        return descriptor
    }

    private static func withLoopback(port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, size) }
        }
    }
}
