/// A line of the text to be cut: what its beginning says of it, and what in it should stay whole.
struct CutLine {
    let start: Int
    let quote: String
    /// True if it opens or closes a block of code.
    let isFence: Bool
    /// The block of code that is open behind it.
    let fenceBehind: CodeFence?
    /// True if it follows the line that opened a block.
    let isFirstOfCode: Bool
    private let spans: [Range<Int>]

    /// `text` begins with the line, or with what is left of it behind a `quote`; `fence` is what is open before it.
    init(
        _ text: ArraySlice<UInt8>, fence: CodeFence?, quote: String = "", isFirstOfCode: Bool = false,
        syntax: ReplySplitter.Syntax
    ) {
        start = text.startIndex
        self.isFirstOfCode = isFirstOfCode
        let line = text.prefix { $0 != 0x0A && $0 != 0x0D }
        self.quote = fence?.quote ?? quote + quotePrefix(of: line)
        guard syntax == .markdown else {
            (isFence, fenceBehind, spans) = (false, nil, addresses(in: line))
            return
        }
        let head = Array(line.prefix(CodeFence.longestLine + 1))
        if let fence {
            isFence = fence.isClosed(by: head)
            fenceBehind = isFence ? nil : fence
        } else {
            fenceBehind = CodeFence(opening: head)
            isFence = fenceBehind != nil
        }
        spans = fence == nil && !isFence ? markdownSpans(in: line) : []
    }

    /// Finds the span that should stay whole and would not, were the cut at `position`.
    func span(around position: Int) -> Range<Int>? {
        spans.first { $0.lowerBound < position && position < $0.upperBound }
    }
}
