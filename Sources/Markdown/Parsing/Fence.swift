import Text

/// The line that begins a fenced block of code.
struct Fence {
    private let marks: FenceMarks
    let indentation: Int
    let language: String?

    init?(opening line: Line) {
        indentation = line.indentation
        let body = line.trimmedStart
        guard indentation < 4, let marks = FenceMarks(beginning: body) else { return nil }
        self.marks = marks
        let info = body.dropFirst(marks.count).trimmed
        language = info.isEmpty ? nil : unescaped(info.prefix { !$0.isSpaceOrTab })
    }

    func isClosed(by line: Line) -> Bool { line.indentation < 4 && marks.areClosed(by: line.trimmed) }
}

extension Fence? {
    /// Notes a line that came: it may begin a block, or end the one that is open.
    mutating func follow(_ line: Line) {
        guard let open = self else { return self = Fence(opening: line) }
        if open.isClosed(by: line) { self = nil }
    }
}
