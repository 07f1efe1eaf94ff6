/// Cuts running text into tokens, in one pass.
struct InlineTokenizer {
    let bytes: [UInt8]
    var position = 0
    /// The beginning of the text since the last token.
    private var textStart = 0
    private var tokens: [InlineToken] = []
    /// The end of the code of each run of backticks; looked up once a text.
    lazy var codeEnds = endsOfCode()
    /// Ends that were looked for in vain: they are not looked for again.
    var missing: Set<String> = []

    typealias Scanned = (kind: InlineToken.Kind, end: Int)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func run() -> [InlineToken] {
        while position < bytes.count {
            if let (kind, end) = scan() {
                take(kind, until: end)
            } else {
                position += 1
            }
        }
        takeText(until: position)
        return tokens
    }

    private mutating func take(_ kind: InlineToken.Kind, until end: Int) {
        var textEnd = position
        switch kind {
        case .softBreak, .lineBreak:
            while textEnd > textStart, bytes[textEnd - 1].isSpaceOrTab { textEnd -= 1 }
        default: break
        }
        takeText(until: textEnd)
        tokens.append(InlineToken(kind: kind, range: position..<end))
        position = end
        textStart = end
    }

    private mutating func takeText(until end: Int) {
        if textStart < end { tokens.append(InlineToken(kind: .text, range: textStart..<end)) }
    }

    /// The token that begins at `position`, if that is not simply text.
    private mutating func scan() -> Scanned? {
        switch bytes[position] {
        case "\n": (endsWithTwoSpaces ? .lineBreak : .softBreak, position + 1)
        case "\\": scanEscape()
        case "`": scanCode()
        case "*", "_", "~": scanRun()
        case "[": (.bracket(isImage: false), position + 1)
        case "]": (.closingBracket, position + 1)
        case "!": byte(at: 1, is: "[") ? (.bracket(isImage: true), position + 2) : nil
        case "<": scanAngle()
        case "&": entity(at: position, in: bytes).map { (.replacement($0.text), $0.end) }
        case "$": scanFormula()
        case "h": scanAddress()
        default: nil
        }
    }

    func byte(at offset: Int, is scalar: Unicode.Scalar) -> Bool {
        position + offset < bytes.count && bytes[position + offset] == scalar
    }

    private var endsWithTwoSpaces: Bool {
        position - textStart >= 2 && bytes[position - 1] == " " && bytes[position - 2] == " "
    }

    private mutating func scanEscape() -> Scanned? {
        guard position + 1 < bytes.count else { return nil }
        let next = bytes[position + 1]
        if next == "\n" { return (.lineBreak, position + 2) }
        if next == "(", let end = end(of: "\\)", from: position + 2) { return (.text, end) }
        if next == "[", let end = end(of: "\\]", from: position + 2) { return (.text, end) }
        return next.isASCIIPunctuation ? (.replacement([next].text), position + 2) : nil
    }

    private func scanRun() -> Scanned? {
        let mark = bytes[position]
        let length = bytes[position...].length(while: { $0 == mark })
        let end = position + length
        let run = DelimiterRun(
            mark: mark, length: length, before: scalar(before: position, in: bytes), after: scalar(at: end, in: bytes))
        return run.map { (.run($0), end) } ?? (.text, end)
    }

    /// The end of the next `mark`; nil when there is none.
    mutating func end(of mark: String, from start: Int) -> Int? {
        guard !missing.contains(mark) else { return nil }
        let first = mark.utf8.first
        for index in bytes[start...].indices where bytes[index] == first && bytes[index...].starts(with: mark) {
            return index + mark.utf8.count
        }
        missing.insert(mark)
        return nil
    }
}
