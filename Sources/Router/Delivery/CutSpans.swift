/// The addresses in a line of plain text.
func addresses(in line: ArraySlice<UInt8>) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var position = line.startIndex
    while let start = line[position...].firstIndex(of: UInt8(ascii: "h")) {
        position = endOfAddress(line[start...]) ?? start + 1
        if position > start + 1 { spans.append(start..<position) }
    }
    return spans
}

/// Finds the spans that stay whole in a line of Markdown: code, bold, links, colours, addresses.
func markdownSpans(in line: ArraySlice<UInt8>) -> [Range<Int>] {
    var spans: [Range<Int>] = []
    var position = line.startIndex
    while position < line.endIndex {
        let end = endOfSpan(line[position...])
        if let end { spans.append(position..<end) }
        position = end ?? position + line[position...].prefix { $0 == line[position] }.count
    }
    return spans
}

/// Finds the end of the span at the beginning of `text`, if one begins there.
private func endOfSpan(_ text: ArraySlice<UInt8>) -> Int? {
    switch text.first {
    case UInt8(ascii: "`"):
        let marks = text.prefix { $0 == UInt8(ascii: "`") }
        return text.end(ofNext: Array(marks), from: marks.endIndex)
    case UInt8(ascii: "*") where text.starts(with: "**".utf8):
        return text.end(ofNext: Array("**".utf8), from: text.startIndex + 2)
    case UInt8(ascii: "<") where text.starts(with: "<font ".utf8):
        return text.end(ofNext: Array("</font>".utf8), from: text.startIndex)
    case UInt8(ascii: "["): return endOfLink(text)
    case UInt8(ascii: "h"): return endOfAddress(text)
    default: return nil
    }
}

/// A destination that the window does not hold whole reaches to its end.
private func endOfLink(_ text: ArraySlice<UInt8>) -> Int? {
    let label = text.dropFirst().prefix { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[") }
    let rest = text[label.endIndex...]
    guard rest.starts(with: "](".utf8) else { return nil }
    let address = rest.prefix { $0 != UInt8(ascii: ")") && $0 != UInt8(ascii: "[") && $0 != 0x20 }
    guard address.endIndex < text.endIndex else { return text.endIndex }
    return text[address.endIndex] == UInt8(ascii: ")") ? address.endIndex + 1 : nil
}

private func endOfAddress(_ text: ArraySlice<UInt8>) -> Int? {
    guard text.starts(with: "http://".utf8) || text.starts(with: "https://".utf8) else { return nil }
    return text.prefix { $0 > 0x20 && $0 < 0x80 }.endIndex
}

extension ArraySlice<UInt8> {
    fileprivate func end(ofNext mark: [UInt8], from start: Int) -> Int? {
        var rest = self[start...]
        while let first = rest.firstIndex(of: mark[0]) {
            if self[first...].starts(with: mark) { return first + mark.count }
            rest = self[(first + 1)...]
        }
        return nil
    }
}
