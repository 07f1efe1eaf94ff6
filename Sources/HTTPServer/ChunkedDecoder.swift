import HTTP
import Text

/// Takes the chunked coding apart, a byte range at a time. Extensions and trailers are read, bounded and dropped.
struct ChunkedDecoder {
    private enum State {
        /// Reading a size; `digits` counts those seen.
        case size(value: Int, digits: Int)
        case sizeExtension(value: Int)
        case sizeEnd(value: Int)
        case data(left: Int)
        case dataEnd(sawReturn: Bool)
        case trailer(lineIsEmpty: Bool)
        case trailerEnd(lineIsEmpty: Bool)
    }

    private var state = State.size(value: 0, digits: 0)
    /// Bytes that were no data: a client may not send framing without end.
    private var overhead = 0
    private let maxOverhead = 16 << 10

    /// Moves data from `input` to `body`, and says whether the body is complete. What is left of `input` belongs to the
    /// next request.
    mutating func decode(
        _ input: inout ArraySlice<UInt8>,
        into body: inout [UInt8],
        limit: Int
    ) throws(RequestRefused) -> Bool {
        while !input.isEmpty {
            if case .data(let left) = state {
                let piece = input.prefix(left)
                body.append(contentsOf: piece)
                input = input.dropFirst(piece.count)
                state = left == piece.count ? .dataEnd(sawReturn: false) : .data(left: left - piece.count)
                continue
            }
            overhead += 1
            guard overhead <= maxOverhead else { throw RequestRefused(.contentTooLarge) }
            if try step(input.removeFirst(), room: limit - body.count) { return true }
        }
        return false
    }

    private mutating func step(_ byte: UInt8, room: Int) throws(RequestRefused) -> Bool {
        switch state {
        case .size(let value, let digits): state = try sizeByte(byte, value, digits)
        case .sizeExtension(let value):
            guard byte != UInt8(ascii: "\n"), byte != 0 else { throw RequestRefused(.badRequest) }
            if byte == UInt8(ascii: "\r") { state = .sizeEnd(value: value) }
        case .sizeEnd(let value):
            guard byte == UInt8(ascii: "\n") else { throw RequestRefused(.badRequest) }
            guard value <= room else { throw RequestRefused(.contentTooLarge) }
            state = value == 0 ? .trailer(lineIsEmpty: true) : .data(left: value)
        case .data: break
        case .dataEnd(let sawReturn):
            guard byte == UInt8(ascii: sawReturn ? "\n" : "\r") else { throw RequestRefused(.badRequest) }
            state = sawReturn ? .size(value: 0, digits: 0) : .dataEnd(sawReturn: true)
        case .trailer(let lineIsEmpty):
            guard byte != UInt8(ascii: "\n"), byte != 0 else { throw RequestRefused(.badRequest) }
            state = byte == UInt8(ascii: "\r") ? .trailerEnd(lineIsEmpty: lineIsEmpty) : .trailer(lineIsEmpty: false)
        case .trailerEnd(let lineIsEmpty):
            guard byte == UInt8(ascii: "\n") else { throw RequestRefused(.badRequest) }
            if lineIsEmpty { return true }
            state = .trailer(lineIsEmpty: true)
        }
        return false
    }

    private func sizeByte(_ byte: UInt8, _ value: Int, _ digits: Int) throws(RequestRefused) -> State {
        if let digit = byte.hexDigitValue {
            guard digits < 8 else { throw RequestRefused(.badRequest) }
            return .size(value: value << 4 | Int(digit), digits: digits + 1)
        }
        guard digits > 0 else { throw RequestRefused(.badRequest) }
        switch byte {
        case UInt8(ascii: "\r"): return .sizeEnd(value: value)
        case UInt8(ascii: ";"): return .sizeExtension(value: value)
        default: throw RequestRefused(.badRequest)
        }
    }
}
