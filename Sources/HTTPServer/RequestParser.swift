package import HTTP

/// Bytes in, requests out: the pure half of a connection. It holds at most a head and a body within the limits.
package struct RequestParser: Sendable {
    package enum Step: Sendable {
        /// The bytes so far hold no whole event.
        case needsMore
        /// The client waits for a `100 Continue` before it sends the body.
        case sendContinue
        case request(HTTPRequest, RequestHead)
    }

    /// The progress of the request being read; deadlines go by it.
    package enum Stage: Sendable, Equatable { case nothing, head, body }

    private let limits: HTTPLimits
    private var input: [UInt8] = []
    /// The beginning of the current request in `input`, and the end of what was checked for line ends.
    private var start = 0
    private var scanned = 0
    /// The head of the request being read; nil until it is whole.
    private(set) var head: RequestHead?
    private var owesContinue = false
    private var body: [UInt8] = []
    private var chunks = ChunkedDecoder()

    package init(limits: HTTPLimits) { self.limits = limits }

    package var stage: Stage {
        if head != nil { return .body }
        return start < input.count ? .head : .nothing
    }

    /// The bytes of the request being read and of what came behind it.
    package var heldBytes: Int { input.count - start + body.count }

    /// Lends the input buffer, to append to. What has been parsed leaves it first: pipelining must not grow it for ever.
    package mutating func receive(_ fill: (inout [UInt8]) -> Void) {
        if start > 0 {
            input.removeFirst(start)
            scanned -= start
            start = 0
        }
        fill(&input)
    }

    /// Takes what was read but not parsed, for a protocol that takes over.
    package mutating func takeRest() -> [UInt8] {
        defer { dropInput() }
        return Array(input[start...])
    }

    /// The next step with what is there. Throws once; the connection is of no use afterwards.
    package mutating func next() throws(RequestRefused) -> Step {
        if head == nil {
            guard let parsed = try parseHead() else { return .needsMore }
            head = parsed
            owesContinue = parsed.expectsContinue
            if case .length(let length) = parsed.framing, length > limits.bodySize {
                throw RequestRefused(.contentTooLarge)
            }
        }
        guard let head, try readBody(head) else { return owesContinue ? announceContinue() : .needsMore }
        let request = HTTPRequest(head.method, head.target, headers: head.headers, body: body)
        self.head = nil
        owesContinue = false
        body = []
        if start == input.count { dropInput() }
        return .request(request, head)
    }

    private mutating func announceContinue() -> Step {
        owesContinue = false
        return .sendContinue
    }

    /// Frees the buffer: an idle connection holds none.
    private mutating func dropInput() {
        input = []
        start = 0
        scanned = 0
    }

    // MARK: The head

    private mutating func parseHead() throws(RequestRefused) -> RequestHead? {
        skipLeadingEmptyLines()
        guard let end = try findHeadEnd() else {
            guard input.count - start <= limits.headSize else { throw RequestRefused(.headersTooLarge) }
            return nil
        }
        guard end - start <= limits.headSize else { throw RequestRefused(.headersTooLarge) }
        let head = try RequestHead(parsing: input[start..<(end - 2)], limits: limits)
        start = end
        scanned = end
        chunks = ChunkedDecoder()
        return head
    }

    /// Some clients send a CRLF too many behind a body.
    private mutating func skipLeadingEmptyLines() {
        while scanned == start, input.count >= start + 2, input[start] == 0x0D, input[start + 1] == 0x0A {
            start += 2
            scanned = start
        }
    }

    /// The index behind the empty line. Every line must end in CRLF; a CR or LF alone, or a NUL, is refused on sight.
    private mutating func findHeadEnd() throws(RequestRefused) -> Int? {
        let stop = min(input.count, start + limits.headSize)
        var index = scanned
        defer { scanned = index }
        while index < stop {
            let byte = input[index]
            guard byte <= 0x0D else {
                index += 1
                continue
            }
            switch byte {
            case 0x0D:
                guard index + 1 < input.count else { return nil }
                guard input[index + 1] == 0x0A else { throw RequestRefused(.badRequest) }
                index += 2
                if index - start >= 4, input[index - 4] == 0x0D { return index }
            case 0x0A, 0: throw RequestRefused(.badRequest)
            default: index += 1
            }
        }
        return nil
    }

    // MARK: The body

    private mutating func readBody(_ head: RequestHead) throws(RequestRefused) -> Bool {
        switch head.framing {
        case .none: return true
        case .length(let length):
            let piece = input[start...].prefix(length - body.count)
            body.append(contentsOf: piece)
            consume(piece.count)
            return body.count == length
        case .chunked:
            var rest = input[start...]
            let before = rest.count
            let isComplete = try chunks.decode(&rest, into: &body, limit: limits.bodySize)
            consume(before - rest.count)
            return isComplete
        }
    }

    private mutating func consume(_ count: Int) {
        guard count > 0 else { return }
        start += count
        scanned = start
        owesContinue = false
        if start == input.count { dropInput() }
    }
}
