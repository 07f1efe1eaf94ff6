import Foundation

/// A socket in the file system that hears datagrams, as a supervisor of services has one.
package final class DatagramEar: Sendable {
    package let path: String
    private let number: Int32

    package init(at path: String) throws {
        self.path = path
        number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        // A name behind an `@` is in no file system, and ends where it ends.
        let isAbstract = path.utf8.first == UInt8(ascii: "@")
        if isAbstract { address.sun_path.0 = 0 }
        let length = isAbstract ? 2 + path.utf8.count : MemoryLayout<sockaddr_un>.size
        let status = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(number, $0, socklen_t(length))
            }
        }
        // Nothing in here may wait without end.
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        unsafe setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard status == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EINVAL) }
    }

    deinit { close(number) }

    /// The next datagram; nil if none comes for a minute.
    package func next() async -> String? {
        let number = number
        return await onThread {
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(number, &buffer, buffer.count, 0)
            return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
        }
    }
}
