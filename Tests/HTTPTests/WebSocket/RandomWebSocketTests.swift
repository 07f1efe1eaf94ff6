import HTTP
import SeededTesting
import Testing

/// Random streams against a reference that looks at whole streams: the same comes out, however both are cut.
@Suite struct RandomWebSocketTests {
    @Test("messages survive random fragments, control frames between them and cuts of the stream")
    func survive() {
        var numbers = SeededNumbers()
        for _ in 0..<150 {
            let sender: WebSocketSide = Bool.random(using: &numbers) ? .client : .server
            var (expected, bytes) = ([WebSocketEvent](), [UInt8]())
            for _ in 0..<Int.random(in: 1...6, using: &numbers) {
                let message = randomMessage(&numbers)
                for frame in fragments(of: message, &numbers) {
                    bytes += frame.encoded(sender == .client ? randomMask(&numbers) : nil)
                    if frame.opcode == .ping { expected.append(.ping(frame.payload)) }
                }
                expected.append(.message(message))
            }
            #expect(Decoded(cuts(of: bytes, &numbers), from: sender) == Decoded(events: expected))
        }
    }

    @Test("random bytes are judged alike, whole and in pieces")
    func rubbish() {
        var numbers = SeededNumbers()
        for _ in 0..<3000 {
            let sender: WebSocketSide = Bool.random(using: &numbers) ? .client : .server
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...5, using: &numbers) { bytes += nearlyFrame(from: sender, &numbers) }
            let whole = Decoded([bytes], from: sender, maxMessage: 200)
            #expect(whole == Decoded(cuts(of: bytes, &numbers), from: sender, maxMessage: 200))
            #expect(whole == reference(bytes, from: sender, maxMessage: 200))
        }
    }

    private func randomMessage(_ numbers: inout SeededNumbers) -> WebSocketMessage {
        let count = Int.random(in: 0...[3, 200, 200, 200, 70_000].randomElement(using: &numbers)!, using: &numbers)
        guard Bool.random(using: &numbers) else {
            return .binary((0..<count).map { _ in UInt8.random(in: 0...255, using: &numbers) })
        }
        let scalars: [Unicode.Scalar] = ["a", "\u{7F}", "é", "你", "\u{FFFF}", "😀", "\u{10FFFF}"]
        return .text((0..<count / 3).map { _ in String(scalars.randomElement(using: &numbers)!) }.joined())
    }

    private func fragments(of message: WebSocketMessage, _ numbers: inout SeededNumbers) -> [WebSocketFrame] {
        var opcode: WebSocketFrame.Opcode = if case .text = message { .text } else { .binary }
        var (rest, frames) = (message.bytes[...], [WebSocketFrame]())
        repeat {
            let isLast = frames.count > 20 || Int.random(in: 0..<3, using: &numbers) == 0
            let piece = isLast ? rest : rest.prefix(Int.random(in: 0...max(rest.count, 1), using: &numbers))
            rest = rest.dropFirst(piece.count)
            frames.append(WebSocketFrame(opcode, Array(piece), isFinal: isLast))
            opcode = .continuation
            if isLast { return frames }
            if Bool.random(using: &numbers) { frames.append(WebSocketFrame(.ping, [UInt8(frames.count)])) }
        } while true
    }

    private func randomMask(_ numbers: inout SeededNumbers) -> WebSocketMask {
        WebSocketMask((0..<4).map { _ in UInt8.random(in: 0...255, using: &numbers) })
    }

    private func cuts(of bytes: [UInt8], _ numbers: inout SeededNumbers) -> [[UInt8]] {
        let longest = [1, 7, 300, 20_000].filter { bytes.count / $0 < 20_000 }.randomElement(using: &numbers)!
        var (rest, pieces) = (bytes[...], [[UInt8]]())
        while !rest.isEmpty {
            pieces.append(Array(rest.prefix(Int.random(in: 1...longest, using: &numbers))))
            rest = rest.dropFirst(pieces.last!.count)
        }
        return pieces
    }

    /// A frame of few bytes whose head is mostly one.
    private func nearlyFrame(from sender: WebSocketSide, _ numbers: inout SeededNumbers) -> [UInt8] {
        let first = [0x81, 0x82, 0x01, 0x00, 0x80, 0x89, 0x88, 0x8A, UInt8.random(in: 0...255, using: &numbers)]
            .randomElement(using: &numbers)!
        let count = UInt8.random(in: 0...10, using: &numbers)
        let isOdd = Int.random(in: 0..<20, using: &numbers) == 0
        let head = [first, count | ((sender == .client) != isOdd ? 0x80 : 0)]
        let mask = sender == .client ? (0..<4).map { _ in UInt8.random(in: 0...255, using: &numbers) } : []
        let payload = (0..<Int(count)).map { index in
            let byte: UInt8 = Int.random(in: 0..<12, using: &numbers) == 0 ? 0xC3 : 0x41
            return mask.isEmpty ? byte : byte ^ mask[index % 4]
        }
        return head + mask + payload
    }
}

/// RFC 6455 once more, with no thought of speed or of pieces: reads from the front of a whole stream.
private func reference(_ bytes: [UInt8], from sender: WebSocketSide, maxMessage: Int) -> Decoded {
    var decoded = Decoded(events: [])
    var (rest, message, kind) = (bytes, [UInt8](), UInt8(0))
    func fault(_ violation: WebSocketViolation) -> Decoded { Decoded(events: decoded.events, violation: violation) }
    while let first = rest.first {
        let opcode = first & 15
        if first & 0x70 != 0 { return fault(.reservedBits) }
        if (3...7).contains(opcode) || opcode > 10 { return fault(.reservedOpcode(opcode)) }
        if opcode >= 8, first < 0x80 { return fault(.controlFragmented) }
        guard rest.count > 1 else { return decoded }
        if (rest[1] >= 0x80) != (sender == .client) { return fault(sender == .client ? .unmasked : .masked) }
        let length = Int(rest[1] & 127)
        if opcode >= 8, length > 125 { return fault(.controlTooLong(length)) }
        precondition(length < 126, "no longer ones are made")
        if opcode == 0, kind == 0 { return fault(.nothingToContinue) }
        if opcode == 1 || opcode == 2, kind != 0 { return fault(.messageWithinMessage) }
        if opcode < 8, message.count + length > maxMessage { return fault(.messageTooLarge(limit: maxMessage)) }
        let maskBytes = sender == .client ? 4 : 0
        guard rest.count >= 2 + maskBytes else { return decoded }
        let mask = Array(rest[2..<2 + maskBytes])
        let isWhole = rest.count >= 2 + maskBytes + length
        let payload = rest.dropFirst(2 + maskBytes).prefix(length).enumerated().map { index, byte in
            mask.isEmpty ? byte : byte ^ mask[index % 4]
        }
        rest = Array(rest.dropFirst(2 + maskBytes + length))
        if opcode == 1 || opcode == 2 { kind = opcode }
        if opcode < 8 {
            message += payload
            let isLast = isWhole && first >= 0x80
            // Cut text is right if some continuation makes it so.
            let isText = [
                [], [0x80], [0xBF], [0x80, 0x80], [0x90, 0x80], [0xA0, 0x80], [0x80, 0x80, 0x80], [0x90, 0x80, 0x80],
            ]
            .contains { String(validating: message + (isLast ? [] : $0), as: UTF8.self) != nil }
            if kind == 1, !isText { return fault(.textNotUTF8) }
        }
        guard isWhole else { return decoded }
        switch opcode {
        case 8:
            do throws(WebSocketViolation) {
                decoded.events.append(.close(try WebSocketClose(payload: payload)))
            } catch { return fault(error) }
        case 9: decoded.events.append(.ping(payload))
        case 10: decoded.events.append(.pong(payload))
        default:
            guard first >= 0x80 else { continue }
            decoded.events.append(.message(kind == 1 ? .text(message) : .binary(message)))
            (message, kind) = ([], 0)
        }
    }
    return decoded
}
