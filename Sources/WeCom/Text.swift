extension String {
    /// Without spaces and line ends around it: the indentation of a document is no part of an id or a number.
    var trimmed: String {
        guard let first = utf8.first, let last = utf8.last, first <= 0x20 || last <= 0x20 else { return self }
        let start = utf8.firstIndex { $0 > 0x20 } ?? endIndex
        let end = utf8.lastIndex { $0 > 0x20 }.map { utf8.index(after: $0) } ?? start
        return String(self[start..<end])
    }

    /// Nil for "": WeCom sends elements that are empty where it means none.
    var nonEmpty: String? { isEmpty ? nil : self }
}
