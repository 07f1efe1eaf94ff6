/// The line that begins a fenced block of code.
struct Fence {
    let mark: UInt8
    let count: Int
    let indentation: Int
    let language: String?

    init?(opening line: Line) {
        indentation = line.indentation
        let body = line.trimmedStart
        guard indentation < 4, let mark = body.first, mark == "`" || mark == "~" else { return nil }
        self.mark = mark
        count = body.length(while: { $0 == mark })
        let info = body.dropFirst(count).trimmed
        guard count >= 3, mark == "~" || !info.contains(mark) else { return nil }
        language = info.isEmpty ? nil : unescaped(info.prefix { !$0.isSpaceOrTab })
    }

    func isClosed(by line: Line) -> Bool {
        guard line.indentation < 4 else { return false }
        let body = line.trimmed
        return body.count >= count && body.allSatisfy { $0 == mark }
    }
}

extension Fence? {
    /// Notes a line that came: it may begin a block, or end the one that is open.
    mutating func follow(_ line: Line) {
        guard let open = self else { return self = Fence(opening: line) }
        if open.isClosed(by: line) { self = nil }
    }
}
