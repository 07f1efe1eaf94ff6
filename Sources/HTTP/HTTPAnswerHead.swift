/// The head of an answer, gathered line by line.
package struct HTTPAnswerHead: Sendable {
    package let maxSize: Int
    /// Zero for a head that does not begin as one of HTTP.
    package private(set) var status = HTTPStatus(0)
    package private(set) var headers = HTTPHeaders()
    /// The head is complete; lines that follow are trailers, which nobody reads.
    package private(set) var isComplete = false
    private var size = 0

    package enum Progress { case more, complete, tooLarge }

    package init(maxSize: Int = 64 << 10) { self.maxSize = maxSize }

    /// Takes an array: code that is generic over its bytes is not specialised in another module, and each line took a microsecond.
    package mutating func take(_ line: [UInt8]) -> Progress {
        size += line.count
        guard size <= maxSize else { return .tooLarge }
        guard !isComplete else { return .more }
        let text = line[...].trimmed
        if text.isEmpty { return finish() }
        if text.starts(with: "HTTP/".utf8) && headers.isEmpty { return begin(text) }
        add(text)
        return .more
    }

    /// A blank line ends the head, unless it was an interim one (1xx), which another follows.
    private mutating func finish() -> Progress {
        if (100...199).contains(status.code), status != .switchingProtocols {
            headers = HTTPHeaders()
            return .more
        }
        isComplete = true
        return .complete
    }

    private mutating func begin(_ line: ArraySlice<UInt8>) -> Progress {
        let code = line.split(separator: UInt8(ascii: " "), maxSplits: 2).dropFirst().first
        status = HTTPStatus(code.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0)
        return .more
    }

    private mutating func add(_ line: ArraySlice<UInt8>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        let value = String(decoding: line[(colon + 1)...].trimmed, as: UTF8.self)
        headers.append(name, value)
    }
}

extension ArraySlice<UInt8> {
    /// Without the white space at both ends that HTTP allows around a field's value.
    fileprivate var trimmed: ArraySlice<UInt8> {
        let start = firstIndex { !$0.isWhiteSpace } ?? endIndex
        let end = lastIndex { !$0.isWhiteSpace }.map { $0 + 1 } ?? start
        return self[start..<end]
    }
}

extension UInt8 {
    fileprivate var isWhiteSpace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}
