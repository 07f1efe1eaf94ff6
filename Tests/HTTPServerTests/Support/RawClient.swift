import HTTP

/// A client that says exactly the bytes it is told to, right or wrong, on a thread where it may wait.
actor RawClient {
    private let thread: ClientThread
    private let socket: RawSocket
    private var input: [UInt8] = []
    private var hasEnded = false

    /// Connects; `beforeConnecting` runs when the client has its descriptor and the server does not know of it yet.
    init(
        port: Int, from host: UInt8, on thread: ClientThread, receiveBuffer: Int?,
        beforeConnecting: @Sendable () -> Void
    ) throws {
        self.thread = thread
        socket = try RawSocket(port: port, from: host, receiveBuffer: receiveBuffer, beforeConnecting: beforeConnecting)
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    @discardableResult
    func send(_ text: String) -> Bool { socket.send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool { socket.send(bytes) }

    func finishSending() { socket.finishSending() }
    func abort() { socket.abort() }
    func close() { socket.close() }

    /// Sends `text` and reads one answer.
    func ask(_ text: String, isHead: Bool = false) throws -> RawAnswer {
        socket.send(Array(text.utf8))
        return try answer(isHead: isHead)
    }

    /// Reads one answer: its head and the body that the head announces.
    func answer(isHead: Bool = false) throws -> RawAnswer {
        var answer = try head()
        let hasBody = !isHead && answer.status >= 200 && answer.status != 204
        if !hasBody { return answer }
        if answer["transfer-encoding"] == "chunked" {
            while let chunk = try nextChunk() { answer.body += chunk }
        } else if let length = answer["content-length"].flatMap({ Int($0) }) {
            answer.body = try take(length)
        } else {
            answer.body = try untilClosed()
        }
        return answer
    }

    /// Reads the head of an answer alone.
    func head() throws -> RawAnswer { RawAnswer(head: try upTo("\r\n\r\n")) }

    /// The data of the next chunk; nil for the last, whose trailer is read, too.
    func nextChunk() throws -> [UInt8]? {
        let size = String(decoding: try upTo("\r\n").dropLast(2), as: UTF8.self)
        guard let length = Int(size, radix: 16) else { throw RawFailure("no chunk size: \(size)") }
        let data = try take(length)
        guard try take(2) == [13, 10] else { throw RawFailure("a chunk without its end") }
        return length == 0 ? nil : data
    }

    /// Everything up to the end of the stream.
    func untilClosed() throws -> [UInt8] {
        while try more() {}
        defer { input = [] }
        return input
    }

    /// True if the server ends the connection without another byte.
    func isClosed() -> Bool {
        guard input.isEmpty, !hasEnded else { return hasEnded && input.isEmpty }
        let received = socket.receive()
        return received == .end || received == .reset
    }

    /// True if what comes next from the server is a proper end, not a reset.
    func endsInOrder() -> Bool { input.isEmpty && socket.receive() == .end }

    /// True if the server keeps silent and keeps the connection, for as long as `patience` says in milliseconds.
    func isSilent(patience: Int = 100) -> Bool { input.isEmpty && socket.receive(patience: patience) == .nothing }

    /// Sends a byte at a time, each as soon as the server has said nothing for a moment, until it says something.
    func drip(_ byte: UInt8) {
        while socket.send([byte]) {
            switch socket.receive(patience: 40) {
            case .nothing: continue
            case .bytes(let bytes):
                input += bytes
                return
            case .end, .reset:
                hasEnded = true
                return
            }
        }
    }

    func take(_ count: Int) throws -> [UInt8] {
        while input.count < count { guard try more() else { throw RawFailure("the stream ended early") } }
        defer { input.removeFirst(count) }
        return Array(input[..<count])
    }

    private func upTo(_ mark: String) throws -> [UInt8] {
        let mark = Array(mark.utf8)
        var index = 0
        while true {
            while index + mark.count <= input.count {
                if input[index..<(index + mark.count)].elementsEqual(mark) { return try take(index + mark.count) }
                index += 1
            }
            guard try more() else { throw RawFailure("the stream ended before \(mark)") }
        }
    }

    private func more() throws -> Bool {
        if hasEnded { return false }
        switch socket.receive() {
        case .bytes(let bytes): input += bytes
        case .end: hasEnded = true
        case .reset: throw RawFailure("the connection was reset")
        case .nothing: throw RawFailure("nothing came, and long enough was waited")
        }
        return !hasEnded
    }
}

/// A fault on the wire, from the client's side.
struct RawFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// An answer as it stood on the wire.
struct RawAnswer {
    let statusLine: String
    private(set) var fields: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(head: [UInt8]) {
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
        statusLine = lines.first ?? ""
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            fields.append((parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""))
        }
    }

    var status: Int { Int(statusLine.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    var text: String { String(decoding: body, as: UTF8.self) }
    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}
