/// Cuts bytes that come in pieces, split anywhere, into lines of a limited length.
///
/// Each byte is looked at once, however small the pieces are.
struct LineSplitter {
    enum Ends: Sendable {
        /// LF alone.
        case lineFeed
        /// CR LF, LF, or CR.
        case anyLineEnd
    }

    enum Line: Equatable {
        case whole([UInt8])
        /// Longer than may be, and left out.
        case tooLong(Int)
    }

    private let ends: Ends
    private let limit: Int
    private var kept: [UInt8] = []
    /// The length so far of a line that is too long, of which nothing is kept.
    private var skipped: Int?
    private var lastWasCR = false

    init(ends: Ends, limit: Int) {
        self.ends = ends
        self.limit = limit
    }

    /// Adds bytes and hands out the lines that they complete, without their ends.
    mutating func receive(_ bytes: [UInt8], _ line: (Line) -> Void) {
        var rest = bytes[...]
        if lastWasCR, let first = rest.first {
            lastWasCR = false
            if first == LineSplitter.lineFeed { rest.removeFirst() }
        }
        while let end = rest.firstIndex(where: isLineEnd) {
            keep(rest[..<end])
            line(take())
            let wasCR = rest[end] == LineSplitter.carriageReturn
            rest = rest[(end + 1)...]
            guard wasCR else { continue }
            if rest.first == LineSplitter.lineFeed { rest.removeFirst() } else { lastWasCR = rest.isEmpty }
        }
        keep(rest)
    }

    /// Returns the text behind the last line's end; nil for nothing.
    mutating func finish() -> Line? {
        kept.isEmpty && skipped == nil ? nil : take()
    }

    private func isLineEnd(_ byte: UInt8) -> Bool {
        byte == LineSplitter.lineFeed || ends == .anyLineEnd && byte == LineSplitter.carriageReturn
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        if let skipped {
            self.skipped = skipped + bytes.count
        } else if kept.count + bytes.count > limit {
            skipped = kept.count + bytes.count
            kept = []
        } else {
            kept += bytes
        }
    }

    private mutating func take() -> Line {
        defer { (kept, skipped) = ([], nil) }
        return skipped.map(Line.tooLong) ?? .whole(kept)
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
}
