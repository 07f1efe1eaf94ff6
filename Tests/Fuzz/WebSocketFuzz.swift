import HTTP

/// Feeds both ends of a WebSocket what libFuzzer makes up, and ends the process where a promise is broken. The first two
/// bytes say how the rest is cut up, and who sends it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWebSocket(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe input(data, count)
    guard bytes.count > 2 else { return 0 }
    let stream = bytes.dropFirst(2)
    var cuts = Cuts(seed: UInt64(bytes[0]) << 8 | UInt64(bytes[1]))
    let pieces = cuts.pieces(of: stream)
    let sender: WebSocketSide = bytes[0] & 0x80 == 0 ? .server : .client
    let whole = outcomes(of: [stream], from: sender)
    check(whole == outcomes(of: pieces, from: sender), "the same frames cut up differently came out differently")
    check(shaken(by: [stream]) == shaken(by: pieces), "the same answer cut up differently came out differently")
    writeAgain(whole, as: sender)
    return 0
}

private let maxMessage = 300

private enum Outcome: Equatable {
    case event(WebSocketEvent)
    case violation(WebSocketViolation)
}

private func outcomes(of pieces: [ArraySlice<UInt8>], from sender: WebSocketSide) -> [Outcome] {
    var decoder = WebSocketDecoder(from: sender, maxMessage: maxMessage)
    var outcomes: [Outcome] = []
    for piece in pieces {
        var rest = piece
        do throws(WebSocketViolation) {
            while let event = try decoder.next(from: &rest) {
                checkPromises(event)
                outcomes.append(.event(event))
            }
        } catch {
            check(error.closeCode.mayBeSent, "a breach is answered with a code that no frame may carry")
            return outcomes + [.violation(error)]
        }
        check(rest.isEmpty, "bytes are left that nobody looked at")
        check(decoder.heldBytes <= maxMessage + WebSocketFrame.longestControl, "more is held than a message")
    }
    return outcomes
}

private func checkPromises(_ event: WebSocketEvent) {
    switch event {
    case .message(.text(let bytes)):
        check(String(validating: bytes, as: UTF8.self) != nil, "a text is not UTF-8")
        check(bytes.count <= maxMessage, "a text is larger than may be")
    case .message(.binary(let bytes)): check(bytes.count <= maxMessage, "a message is larger than may be")
    case .ping(let bytes), .pong(let bytes):
        check(bytes.count <= WebSocketFrame.longestControl, "a control frame is larger than may be")
    case .close(let close):
        check(close.code == .none || close.code.mayBeSent, "a close has a code that no frame may carry")
        check(close.reason.utf8.count <= 123, "a close has a reason that has no room")
    }
}

/// Sends what has come out in again, in frames of our own: it comes out as it was.
private func writeAgain(_ seen: [Outcome], as sender: WebSocketSide) {
    let mask = sender == .client ? WebSocketMask([0x9A, 0x00, 0xFF, 0x41]) : nil
    let events = seen.compactMap { if case .event(let event) = $0 { event } else { nil } }
    let bytes = events.flatMap { frame(of: $0).encoded(mask) }
    let again = outcomes(of: [bytes[...]], from: sender)
    check(again == events.map(Outcome.event), "what was written again is not read as the same")
}

private func frame(of event: WebSocketEvent) -> WebSocketFrame {
    switch event {
    case .message(let message): WebSocketFrame(message)
    case .ping(let bytes): WebSocketFrame(.ping, bytes)
    case .pong(let bytes): WebSocketFrame(.pong, bytes)
    case .close(let close): WebSocketFrame(close)
    }
}

private struct Shaken: Equatable {
    var isAgreed = false
    var rest = 0
    var error: WebSocketError?
}

/// The end of a client's handshake with a server that answers so.
private func shaken(by pieces: [ArraySlice<UInt8>]) -> Shaken {
    guard let address = WebSocketAddress("ws://a/"), let key = WebSocketKey("dGhlIHNhbXBsZSBub25jZQ==") else {
        fatalError("an address or a key is none")
    }
    var handshake = WebSocketHandshake(to: address, key: key, accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    var shaken = Shaken()
    for piece in pieces {
        var rest = piece
        do throws(WebSocketError) {
            if !shaken.isAgreed, try handshake.take(&rest) { shaken.isAgreed = true }
        } catch {
            return Shaken(error: error)
        }
        shaken.rest += rest.count
        check(shaken.isAgreed || rest.isEmpty, "bytes of an answer are left that nobody looked at")
    }
    return shaken
}
