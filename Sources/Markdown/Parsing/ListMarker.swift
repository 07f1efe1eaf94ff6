/// The bullet or number that begins an item of a list.
struct ListMarker {
    /// `-`, `+` or `*`, or what stands behind a number: `.` or `)`.
    let mark: UInt8
    let number: Int?
    let indentation: Int
    /// The column at which the item's content begins.
    let contentOffset: Int
    let content: Line

    init?(_ line: Line) {
        let body = line.trimmedStart
        let digits = body.prefix(10).prefix(while: \.isDigit)
        let rest = body.dropFirst(digits.count)
        guard let mark = rest.first, digits.count < 10 else { return nil }
        let after = rest.dropFirst()
        guard digits.isEmpty ? mark == "-" || mark == "+" || mark == "*" : mark == "." || mark == ")",
            after.first?.isSpaceOrTab ?? true
        else { return nil }
        self.mark = mark
        number = Int(digits.text)
        indentation = line.indentation
        let gap = after.isBlank || after.indentation > 4 ? 1 : after.indentation
        contentOffset = indentation + digits.count + 1 + gap
        content = after.dropping(columns: gap)
    }

    /// True if an item with this marker belongs to the list that `other` began.
    func continues(_ other: ListMarker) -> Bool { mark == other.mark && (number == nil) == (other.number == nil) }

    /// A number that only happens to stand at the beginning of a line does not break a paragraph.
    var interruptsParagraph: Bool { !content.isBlank && (number ?? 1) == 1 }
}
