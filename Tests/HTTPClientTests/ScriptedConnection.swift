import Glibc
import HTTP
import System

/// One accepted connection, as its script sees it. Every call blocks.
final class ScriptedConnection: Sendable {
    /// 1 for the first that the server accepted.
    let number: Int
    private let descriptor: Int32
    private let leftover = Lock([UInt8]())

    init(_ descriptor: Int32, number: Int) {
        self.descriptor = descriptor
        self.number = number
    }

    /// A connection to a port of loopback, in place of an accepted one; nil if nobody listens there.
    convenience init?(connectedTo port: Int) {
        guard let descriptor = Socket.connected(to: port) else { return nil }
        self.init(descriptor, number: 0)
    }

    /// The next request with its body (by `Content-Length`); nil when the client has gone.
    func readRequest() -> String? {
        var bytes = leftover.withLock { $0 }
        while true {
            if let length = Self.lengthOfRequest(in: bytes), bytes.count >= length {
                leftover.withLock { $0 = Array(bytes[length...]) }
                return String(decoding: bytes[..<length], as: UTF8.self)
            }
            let more = readSome()
            if more.isEmpty { return nil }
            bytes += more
        }
    }

    /// Everything the client still sends, until it has gone.
    func readToEnd() -> [UInt8] {
        var all: [UInt8] = []
        while case let more = readSome(), !more.isEmpty { all += more }
        return all
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes[sent...].withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }

    /// A plain answer that leaves the connection open.
    func answer(_ status: String = "200 OK", headers: [String] = [], body: String = "") {
        let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
        write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Writes up to `total` bytes and returns how many the client took before it took nothing for `patience`.
    func writeUntilHeldBack(total: Int, patience milliseconds: Int32) -> Int {
        let chunk = [UInt8](repeating: 0x78, count: 64 << 10)
        var sent = 0
        while sent < total {
            var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            if unsafe Glibc.poll(&poll, 1, milliseconds) <= 0 { break }
            let count = unsafe chunk.withUnsafeBytes {
                unsafe send(
                    descriptor,
                    $0.baseAddress,
                    min($0.count, total - sent),
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
                )
            }
            if count > 0 { sent += count }
            if count <= 0 && errno != EAGAIN { break }
        }
        return sent
    }

    /// Ends the direction of what is written.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends both directions; the descriptor itself lives until `release`, so that no other takes its number.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func release() { Glibc.close(descriptor) }

    /// The bytes that come next; none once the other end has gone.
    func readSome() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return Array(bytes.prefix(max(count, 0)))
    }

    /// Head and body; nil while the head is incomplete.
    private static func lengthOfRequest(in bytes: [UInt8]) -> Int? {
        let end = Array("\r\n\r\n".utf8)
        guard let blank = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: bytes[..<blank], as: UTF8.self).split(separator: "\r\n")
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: " ").last
        return blank + end.count + (length.flatMap { Int($0) } ?? 0)
    }
}
