import System
import Text

/// A connection over which callbacks are posted, one after another. Touched on the loop's thread only.
final class CallbackLine: EventSource {
    /// The end of one callback: the status that it was answered with, or nil where the connection broke.
    typealias Ending = (_ status: Int?) -> Void

    private let loop: EventLoop
    private var address: CallbackAddress?
    private var socket: StreamSocket?
    private var outbox: [UInt8] = []
    private var written = 0
    private var inbox: [UInt8] = []
    private var ending: Ending?
    /// The connection has been used: what broke may be no more than a server that was tired of it.
    private var isUsed = false
    /// The number of connections there have been.
    private var connections = 0

    /// The moment since which something is under way.
    private(set) var busySince: MonotonicTime?

    init(on loop: EventLoop) { self.loop = loop }

    /// Posts a request, whole. `ending` hears once of what became of it.
    func post(_ request: [UInt8], to address: CallbackAddress, _ ending: @escaping Ending) {
        (outbox, written, self.ending) = (request, 0, ending)
        busySince = .now
        inbox.removeAll(keepingCapacity: true)
        if self.address != address { socket = nil }
        self.address = address
        if socket == nil { connect() } else { flush() }
    }

    /// Gives up on what is under way, and closes the connection.
    func close() { end(nil, closing: true) }

    private func connect() {
        isUsed = false
        guard let address else { return }
        do {
            socket = try StreamSocket(connectingTo: address.host, port: address.port, on: loop, self)
            connections += 1
        } catch {
            // Later: whoever posts one after the other must not be called back while they do.
            loop.onNextTurn { [self] in if socket == nil { end(nil, closing: true) } }
        }
    }

    func ready(_ events: EventSet) {
        let connection = connections
        if events.writable, ending != nil { flush() }
        if events.readable { read() }
        // Whoever heard of an answer may have opened another connection.
        if events.broken || events.ended, connection == connections { lose() }
    }

    private func flush() {
        while written < outbox.count {
            switch socket?.write(outbox, from: written) ?? .failed {
            case .wrote(let count): written += count
            case .wouldBlock: return
            case .failed: return lose()
            }
        }
    }

    private func read() {
        while true {
            switch socket?.read(into: &inbox, max: 64 << 10) ?? .failed {
            case .some(let drained):
                if let answer = AnswerHead(inbox), ending != nil {
                    isUsed = true
                    return end(answer.status, closing: answer.closes)
                }
                guard inbox.count < AnswerHead.mostBytes else { return end(nil, closing: true) }
                if drained { return }
            case .nothingYet: return
            case .endOfStream, .failed: return lose()
            }
        }
    }

    /// The other side has closed. What was posted over a connection that had been used goes out again once: the server may
    /// have closed it before it saw the request.
    private func lose() {
        guard socket != nil else { return }
        socket = nil
        guard ending != nil else { return }
        guard isUsed, inbox.isEmpty else { return end(nil, closing: true) }
        written = 0
        connect()
    }

    private func end(_ status: Int?, closing: Bool) {
        if closing { socket = nil }
        guard let ending else { return }
        self.ending = nil
        busySince = nil
        ending(status)
    }
}

/// The place where callbacks are posted to.
struct CallbackAddress: Equatable {
    let host: String
    let port: Int

    /// nil for a URL that is none of plain HTTP.
    init?(_ url: String) {
        guard let rest = url.after("http://") else { return nil }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }  // short: an option
        let (name, number) = authority.cut(around: ":") ?? (authority, "80")
        guard !name.isEmpty, let port = UInt16(number) else { return nil }
        (host, self.port) = (String(name), Int(port))
    }
}

/// An answer that has come whole, as far as it matters to whoever counts.
private struct AnswerHead {
    static let mostBytes = 1 << 20

    let status: Int
    private(set) var closes = false

    /// nil while something is missing.
    init?(_ bytes: [UInt8]) {
        // "HTTP/1.1 200", and what follows.
        guard bytes.count >= 12, let end = AnswerHead.end(in: bytes) else { return nil }
        status = bytes[9..<12].reduce(0) { $0 * 10 + Int($1 & 0x0F) }
        var (length, isInPieces) = (0, false)
        for line in bytes[..<end].split(separator: UInt8(ascii: "\n")).dropFirst() {
            let field = String(decoding: line, as: UTF8.self).lowercasedASCII
            if let value = field.after("content-length:") { length = Int(String(value.withoutSpaceAround)) ?? 0 }
            if field.begins(with: "transfer-encoding:") { isInPieces = true }
            if let value = field.after("connection:") { closes = value.has("close") }
        }
        guard isInPieces ? bytes.suffix(5).elementsEqual("0\r\n\r\n".utf8) : bytes.count - end >= length else {
            return nil
        }
    }

    /// The place behind the empty line.
    private static func end(in bytes: [UInt8]) -> Int? {
        var place = 3
        while place < bytes.count {
            if bytes[place] == 0x0A, bytes[place - 1] == 0x0D, bytes[place - 2] == 0x0A { return place + 1 }
            place += 1
        }
        return nil
    }
}
