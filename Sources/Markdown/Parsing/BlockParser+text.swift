extension BlockParser {
    /// The level of a heading with `#` before it. A space must follow, or, from two on, Chinese.
    func headingLevel(_ line: Line) -> Int? {
        guard line.indentation < 4 else { return nil }
        let body = line.trimmedStart
        let level = body.prefix(7).length(while: { $0 == "#" })
        guard (1...6).contains(level) else { return nil }
        let rest = body.dropFirst(level)
        guard let first = rest.first else { return level }
        return first.isSpaceOrTab || level > 1 && first >= 0x80 ? level : nil
    }

    mutating func parseHeading(_ line: Line) -> Block? {
        guard let level = headingLevel(line) else { return nil }
        next += 1
        var title = line.trimmedStart.dropFirst(level).trimmed
        var closing = title
        while let last = closing.last, last == "#" { closing.removeLast() }
        if closing.last?.isSpaceOrTab ?? true { title = closing.trimmedEnd }
        return .heading(level: level, inlines(title))
    }

    mutating func parseParagraph() -> Block {
        var source: [UInt8] = []
        var count = 0
        while let line = peek, !line.isBlank {
            if count == 1, let level = underlineLevel(line) {
                next += 1
                return .heading(level: level, inlines(source[...]))
            }
            if count > 0 {
                if interruptsParagraph(line) || isTableHead() || formulaEnd() != nil { break }
                source.append(0x0A)
            }
            source += line.trimmedStart
            count += 1
            next += 1
        }
        return .paragraph(inlines(source[...].trimmedEnd))
    }

    /// Three or more `=` or `-` make a heading of a single line above them.
    private func underlineLevel(_ line: Line) -> Int? {
        let body = line.trimmed
        guard line.indentation < 4, body.count >= 3, let mark = body.first, body.allSatisfy({ $0 == mark }) else {
            return nil
        }
        return mark == "=" ? 1 : mark == "-" ? 2 : nil
    }
}
