import Text

/// Takes one part after the other from a text. It works on bytes: one character may be as long as the text.
struct ReplyCutter {
    private let limit: Int
    private let syntax: ReplySplitter.Syntax
    private var rest: ArraySlice<UInt8>
    /// The block of code that the last cut was in.
    private var fence: CodeFence?
    /// The beginning of the lines of the quote that the last cut was in, when it was not at the end of a line.
    private var quote = ""

    init(_ text: String, limit: Int, syntax: ReplySplitter.Syntax) {
        rest = Array(text.utf8)[...]
        self.limit = limit
        self.syntax = syntax
    }

    /// The next part that holds something to read.
    mutating func next() -> String? {
        while !rest.isEmpty {
            let part = takePart()
            if part.hasWords { return part }
        }
        return nil
    }

    private mutating func takePart() -> String {
        let opening = (fence.map { $0.opening + "\n" } ?? "") + quote
        let room = limit - opening.utf8.count
        if fence == nil, rest.count <= room {
            defer { rest = [] }
            return opening + String(decoding: rest, as: UTF8.self)
        }
        let cut = CutWindow(rest, room: room, fence: fence, quote: quote, syntax: syntax).bestCut()
        let piece = String(decoding: rest.prefix(cut.offset), as: UTF8.self).withoutSpaceAtEnd
        rest = withoutLeadingNewlines(rest.dropFirst(cut.offset))
        fence = cut.fence
        quote = cut.quote.utf8.count <= limit / 4 ? cut.quote : ""
        guard let fence else { return opening + piece }
        dropClosing(of: fence)
        return "\(opening)\(piece)\n\(fence.closing)"
    }

    /// Drops the mark that closes a block of code when nothing of the code is left: the cut was at its end.
    private mutating func dropClosing(of open: CodeFence) {
        let line = rest.prefix(CodeFence.longestLine + 1).prefix { $0 != 0x0A && $0 != 0x0D }
        guard open.isClosed(by: Array(line)) else { return }
        rest = withoutLeadingNewlines(rest.dropFirst(line.count))
        fence = nil
    }
}

private func withoutLeadingNewlines(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    text.drop { (0x0A...0x0D).contains($0) }
}

extension Character {
    /// White space and nothing on top of it: a space with an accent is something to read.
    var isBlank: Bool {
        if let byte = asciiValue { return byte == 0x20 || (0x09...0x0D).contains(byte) }
        return unicodeScalars.allSatisfy(\.properties.isWhitespace)
    }
}
