internal import CCurl
import HTTP
import System

/// One request on its way. Once handed over, the connections' thread alone touches what may change.
@safe final class Transfer: @unchecked Sendable {
    enum Stage {
        /// Not seen by the thread yet. → waiting, ended
        case handedIn
        /// Cancelled before its start came in. → ended
        case cancelledEarly
        /// Waits for a place among those that run. → running, ended
        case waiting
        /// curl has it. → ended
        case running
        case ended
    }

    /// The reason why we stopped a transfer ourselves; curl only knows that a callback said no.
    enum Stop { case addressRefused(String), headTooLarge, bodyTooLarge, wouldRepeat, bodyUnreadable(String) }

    let request: HTTPRequest
    let options: HTTPRequestOptions
    let answer: any Answer
    let handedIn = MonotonicTime.now

    var stage = Stage.handedIn
    var handle: CurlHandle?
    var stop: Stop?
    /// curl has begun to write the request, at least once.
    var hasBegun = false
    /// Bytes that had gone to a proxy before the request itself began.
    private var tunnelBytes = 0
    var head = HTTPAnswerHead()
    private var bodyBytes = 0
    /// The part of the request's body that curl has been given, where it comes from a source.
    private var sourceOffset = 0
    var isHeldBack = false
    /// The last sign of life, from the moment the request began.
    var silentSince: MonotonicTime?
    var bodyBytesSentThen = 0

    init(_ request: HTTPRequest, _ options: HTTPRequestOptions, _ answer: any Answer) {
        self.request = request
        self.options = options
        self.answer = answer
    }

    /// The bytes of the request itself; tunnels set up for later tries count as well, which errs on the safe side.
    var requestBytesWritten: Int { (handle?.requestBytes ?? 0) - tunnelBytes }

    /// curl is about to connect to this address. False forbids it, and another one of the server's may be tried.
    func judge(_ address: IPAddress) -> Bool {
        if options.mayConnect?(address) ?? true { return true }
        stop = .addressRefused("\(address)")
        return false
    }

    /// curl is about to write the request. False forbids it.
    ///
    /// curl does so again, unasked, when a kept connection dies before the first byte of an answer: the server may
    /// have acted on the request all the same, so that only what changes nothing may go twice.
    func beginRequest() -> Bool {
        if hasBegun, requestBytesWritten > 0, request.method != .get, request.method != .head {
            stop = .wouldRepeat
            return false
        }
        if !hasBegun { tunnelBytes = handle?.requestBytes ?? 0 }
        hasBegun = true
        silentSince = .now
        return true
    }

    /// A line of the answer's head, or of its trailers. False ends the transfer.
    func takeLine(_ line: UnsafeRawBufferPointer) -> Bool {
        silentSince = .now
        switch unsafe head.take(Array(line)) {
        case .more: break
        case .complete: answer.begin(head)
        case .tooLarge:
            stop = .headTooLarge
            return false
        }
        return true
    }

    /// A piece of the answer's body.
    func takeBody(_ bytes: UnsafeRawBufferPointer) -> BodyVerdict {
        silentSince = .now
        guard bytes.count <= options.maxBodySize - bodyBytes else {
            stop = .bodyTooLarge
            return .refused
        }
        guard unsafe answer.take(bytes) else {
            isHeldBack = true
            return .later
        }
        bodyBytes += bytes.count
        return .taken
    }

    /// Fills `buffer` with what comes next of the request's body; zero at its end, nil ends the transfer.
    func fetchBody(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard let source = request.source else { return 0 }
        let wanted = min(buffer.count, source.size - sourceOffset)
        guard wanted > 0 else { return 0 }
        do {
            let bytes = try source.bytes(at: sourceOffset, atMost: wanted)
            precondition(!bytes.isEmpty && bytes.count <= wanted, "a body's source gives what it is asked for")
            unsafe buffer.copyBytes(from: bytes)
            sourceOffset += bytes.count
            return bytes.count
        } catch {
            stop = .bodyUnreadable("\(error)")
            return nil
        }
    }

    /// curl begins the request's body again, for a connection that turned out to be dead.
    func rewindBody(to offset: Int) { sourceOffset = offset }

    enum BodyVerdict { case taken, later, refused }
}
