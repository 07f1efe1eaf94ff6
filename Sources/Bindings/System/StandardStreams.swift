internal import CLinux

/// Standard error, for log lines and complaints.
package enum StandardError {
    package static var isTerminal: Bool { isatty(2) == 1 }
    package static func write(_ bytes: [UInt8]) { writeAll(bytes, to: 2) }
    package static func write(_ text: String) { write(Array(text.utf8)) }
}

/// Standard output, for what was asked for.
package enum StandardOutput {
    package static var isTerminal: Bool { isatty(1) == 1 }

    /// The columns of the terminal that it is; nil where it is none, or does not say.
    package static var columns: Int? {
        let columns = clinux_terminal_columns(1)
        return columns > 0 ? Int(columns) : nil
    }

    package static func write(_ text: String) { writeAll(Array(text.utf8), to: 1) }
}

/// Standard input, line by line, read on a thread of its own.
package enum StandardInput {
    package static var isTerminal: Bool { isatty(0) == 1 }

    /// The lines as they come, without their ends; at most 64 KiB of each. The thread lives until the input ends.
    package static func lines() -> AsyncStream<String> {
        AsyncStream(bufferingPolicy: .unbounded) { continuation in
            _ = OSThread(named: "stdin") {
                var rest: [UInt8] = []
                while let bytes = readSome() {
                    rest += bytes
                    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                        continuation.yield(String(decoding: rest[..<end].prefix(64 << 10), as: UTF8.self))
                        rest.removeFirst(end + 1)
                    }
                    if rest.count > 64 << 10 { rest.removeLast(rest.count - 64 << 10) }
                }
                if !rest.isEmpty { continuation.yield(String(decoding: rest, as: UTF8.self)) }
                continuation.finish()
            }
        }
    }

    /// The lines that `read` makes of the bytes as they come. Neither the input's end nor nil from `read` has another behind it.
    package static func lines(_ read: @escaping @Sendable ([UInt8]) -> [String]?) -> AsyncStream<String> {
        AsyncStream(bufferingPolicy: .unbounded) { continuation in
            _ = OSThread(named: "stdin") {
                while let bytes = readSome(), let lines = read(bytes) {
                    for line in lines { continuation.yield(line) }
                }
                continuation.finish()
            }
        }
    }

    /// All of it. Blocks until the input ends; more than `limit` bytes are refused.
    package static func whole(limit: Int) throws(FileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let some = readSome() {
            bytes += some
            guard bytes.count <= limit else {
                throw FileError(path: "standard input", reason: "longer than the \(limit) bytes that are read")
            }
        }
        return bytes
    }

    private static func readSome() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(0, $0.baseAddress, $0.count) }
            if count > 0 { return Array(buffer[..<count]) }
            if count < 0, clinux_errno() == EINTR { continue }
            return nil
        }
    }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    var offset = 0
    unsafe bytes.withUnsafeBytes { bytes in
        while offset < bytes.count {
            let count = unsafe write(descriptor, bytes.baseAddress! + offset, bytes.count - offset)
            if count > 0 { offset += count } else if clinux_errno() != EINTR { return }
        }
    }
}
