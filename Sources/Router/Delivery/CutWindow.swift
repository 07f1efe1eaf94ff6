/// The beginning of a text, in which the best place for a cut is looked for.
struct CutWindow {
    struct Cut {
        /// In bytes.
        var offset: Int
        /// The block of code that is open there.
        var fence: CodeFence?
        /// The marks that must be repeated when the cut is within a line of a quote.
        var quote = ""
    }

    /// The better places are greater.
    private enum Rank: Int, CaseIterable { case character, wordInSpan, word, sentence, line, block }

    private let bytes: [UInt8]
    private let room: Int
    private let syntax: ReplySplitter.Syntax
    /// True if nothing follows it.
    private let isWhole: Bool

    private var line: CutLine
    private var fence: CodeFence?
    private var reading = CutReading()
    /// The end of what is no white space: what stands behind it will not be sent.
    private var contentEnd = 0
    private var best: [Cut?] = Array(repeating: nil, count: Rank.allCases.count)

    /// The number of bytes that are looked at beyond the room: white space there, and whether a word goes on.
    private static let lookAhead = 64

    /// `quote` is what the line began with in which `rest` begins.
    init(_ rest: ArraySlice<UInt8>, room: Int, fence: CodeFence?, quote: String, syntax: ReplySplitter.Syntax) {
        var window = rest.prefix(room + CutWindow.lookAhead)
        while window.endIndex < rest.endIndex, rest[window.endIndex] & 0xC0 == 0x80 { window.removeLast() }
        bytes = Array(window)
        isWhole = window.endIndex == rest.endIndex
        self.room = room
        self.syntax = syntax
        self.fence = fence
        line = CutLine(bytes[...], fence: fence, quote: quote, syntax: syntax)
    }

    /// The last place of the best kind that does not waste half of the room.
    consuming func bestCut() -> Cut {
        var position = 0
        for character in String(decoding: bytes, as: UTF8.self) {
            if position > 0 {
                guard contentEnd <= room else { return choose() }
                offer(position, before: character)
            }
            position += character.utf8.count
            read(character, endingAt: position)
        }
        if isWhole, contentEnd <= roomForText { return Cut(offset: bytes.count, fence: fence) }
        return choose()
    }

    /// The room that is left beside the mark that would close the code here.
    private var roomForText: Int { room - (fence.map { $0.closing.utf8.count + 1 } ?? 0) }

    private mutating func read(_ character: Character, endingAt position: Int) {
        reading.take(character)
        if !character.isBlank { contentEnd = position }
        guard character.isNewline else { return }
        let opensCode = line.isFence && line.fenceBehind != nil
        fence = line.fenceBehind
        line = CutLine(bytes[position...], fence: fence, isFirstOfCode: opensCode, syntax: syntax)
    }

    // MARK: Places

    private mutating func offer(_ position: Int, before next: Character) {
        guard contentEnd <= roomForText else { return }
        let isAtLineStart = position == line.start
        let cut = Cut(offset: position, fence: fence, quote: isAtLineStart ? "" : line.quote)
        if isAtLineStart {
            // Behind the line that opens code there is nothing of it yet.
            if !line.isFirstOfCode { note(cut, as: reading.isBehindBlankLine && fence == nil ? .block : .line) }
        } else if !line.isFence {
            note(cut, as: .character)
            guard !next.isBlank, let isSentence = reading.endsSentence(before: next) else { return }
            note(cut, as: line.span(around: position) != nil ? .wordInSpan : isSentence ? .sentence : .word)
        }
    }

    private mutating func note(_ cut: Cut, as rank: Rank) { best[rank.rawValue] = cut }

    private func choose() -> Cut {
        let good = Rank.allCases.reversed().lazy.filter { $0 != .character }
            .compactMap { rank in best[rank.rawValue].map { (rank, $0) } }.first { $1.offset > room / 2 }
        if let (rank, cut) = good, rank != .wordInSpan { return cut }
        let cut = good?.1 ?? best[Rank.character.rawValue] ?? anyLine ?? withinCharacter
        return beforeSpan(around: cut) ?? cut
    }

    private var anyLine: Cut? { best[Rank.line.rawValue] ?? best[Rank.block.rawValue] }

    /// A link that would fit a part by itself is left to the next, whatever that wastes.
    private func beforeSpan(around cut: Cut) -> Cut? {
        guard let span = line.span(around: cut.offset), span.lowerBound > 0, span.count <= room else { return nil }
        return Cut(offset: span.lowerBound, fence: nil, quote: span.lowerBound == line.start ? "" : line.quote)
    }

    /// The cut at the end of a scalar, within a character that fits no part.
    private var withinCharacter: Cut {
        var end = max(1, min(roomForText, bytes.count))
        while end < bytes.count, end > 1, bytes[end] & 0xC0 == 0x80 { end -= 1 }
        return Cut(offset: end, fence: fence, quote: line.quote)
    }
}
