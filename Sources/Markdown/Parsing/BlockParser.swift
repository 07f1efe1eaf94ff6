/// Reads the blocks of a document, or of one container in it, line by line.
struct BlockParser {
    let lines: ArraySlice<Line>
    let references: References
    /// The number of containers it stands in.
    let depth: Int
    var next: Int

    /// Quotes and lists beyond so many in each other are text.
    static let maxDepth = 12

    init(lines: ArraySlice<Line>, references: References, depth: Int) {
        self.lines = lines
        self.references = references
        self.depth = depth
        next = lines.startIndex
    }

    mutating func parse() -> [Block] {
        var blocks: [Block] = []
        while let line = peek {
            if line.isBlank || references.isDefinition(line) {
                next += 1
            } else {
                blocks.append(parseBlock(line))
            }
        }
        return blocks
    }

    var peek: Line? { next < lines.endIndex ? lines[next] : nil }

    private mutating func parseBlock(_ line: Line) -> Block {
        if line.indentation >= 4 { return parseIndentedCode() }
        if let fence = Fence(opening: line) { return parseFencedCode(fence) }
        if let heading = parseHeading(line) { return heading }
        if line.isRule {
            next += 1
            return .rule
        }
        if depth < BlockParser.maxDepth {
            if line.quoted != nil { return parseQuote() }
            if let marker = ListMarker(line) { return parseList(marker) }
        }
        return parseFormula() ?? parseTable() ?? parseParagraph()
    }

    /// True if the line at `next` ends a paragraph before it by beginning something else.
    func interruptsParagraph(_ line: Line) -> Bool {
        guard line.indentation < 4 else { return false }
        if Fence(opening: line) != nil || headingLevel(line) != nil || line.isRule { return true }
        guard depth < BlockParser.maxDepth else { return false }
        return line.quoted != nil || ListMarker(line)?.interruptsParagraph ?? false
    }

    /// True if a line without its container's mark goes on with the paragraph that the container ends in.
    func continuesLazily(_ line: Line, after previous: Line?) -> Bool {
        guard let previous, !line.isBlank, !previous.isBlank, !previous.isRule else { return false }
        return headingLevel(previous) == nil && ListMarker(line) == nil && !interruptsParagraph(line)
    }

    func inlines(_ source: Line) -> [Inline] { parseInlines(Array(source), references: references) }

    /// A container's blocks from what it left of its lines.
    func blocks(of inner: [Line]) -> [Block] {
        var parser = BlockParser(lines: inner[...], references: references, depth: depth + 1)
        return parser.parse()
    }
}
