import HTTP
import HTTPServer

/// Feeds the request parser what libFuzzer makes up, and ends the process where a promise is broken. The first two
/// bytes say how the rest is cut up; scripts/fuzz builds and runs this.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequestParser(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    guard bytes.count > 2 else { return 0 }
    let stream = bytes.dropFirst(2)
    var cuts = Cuts(seed: UInt64(bytes[0]) << 8 | UInt64(bytes[1]))
    let whole = outcomes(of: [stream])
    let inPieces = outcomes(of: cuts.pieces(of: stream))
    check(whole == inPieces, "the same bytes cut up differently came out differently")
    return 0
}

/// Small, so that a short input reaches every one of them.
private let limits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.headSize = 512
    limits.headerCount = 12
    limits.bodySize = 128
    return limits
}()

private enum Outcome: Equatable {
    case request(head: [String], body: [UInt8])
    case refused(HTTPStatus)
}

/// Parses a stream that arrives in these pieces.
private func outcomes(of pieces: [ArraySlice<UInt8>]) -> [Outcome] {
    var parser = RequestParser(limits: limits)
    var outcomes: [Outcome] = []
    for piece in pieces {
        parser.receive { buffer in
            check(buffer.count <= limits.headSize, "the parser holds more than a head")
            buffer += piece
        }
        do {
            while let next = try nextRequest(&parser) { outcomes.append(next) }
        } catch {
            return outcomes + [.refused(error.status)]
        }
    }
    return outcomes
}

private func nextRequest(_ parser: inout RequestParser) throws(RequestRefused) -> Outcome? {
    while true {
        switch try parser.next() {
        case .needsMore: return nil
        case .sendContinue: continue
        case .request(let request, let head):
            checkPromises(request, head)
            return .request(head: facts(of: head), body: request.body)
        }
    }
}

private func checkPromises(_ request: HTTPRequest, _ head: RequestHead) {
    check(request.body.count <= limits.bodySize, "a body is larger than its limit")
    check(head.headers.fields.count <= limits.headerCount, "there are more header fields than the limit")
    switch head.framing {
    case .none: check(request.body.isEmpty, "a request without a body has one")
    case .length(let length): check(request.body.count == length, "a body is not as long as it says")
    case .chunked: break
    }
    check(request.path.first == "/" && request.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a target is no path")
    for field in head.headers.fields {
        check(field.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a field's name is not printable")
        check(field.value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 }, "a field's value can break a line")
    }
    let again = try? RequestHead(parsing: Array(text(of: head).utf8)[...], limits: limits)
    check(again.map(facts) == facts(of: head), "a head that was accepted is not accepted again, or not as the same")
}

private func text(of head: RequestHead) -> String {
    "\(head.method) \(head.target) HTTP/\(head.isHTTP11 ? "1.1" : "1.0")\r\n"
        + head.headers.fields.map { "\($0.name):\($0.value)\r\n" }.joined()
}

/// All that a head says, to be compared.
private func facts(of head: RequestHead) -> [String] {
    [
        head.method.text, head.target, "\(head.isHTTP11)", "\(head.framing)", "\(head.keepsAlive)",
        "\(head.expectsContinue)", "\(head.wantsUpgrade)",
    ] + head.headers.fields.flatMap { [$0.name, $0.value] }
}
