import Text

/// The number of lines at the beginning of a text that are front matter: `name: value` between two lines of three dashes.
func frontMatterLength(of lines: [Line]) -> Int {
    guard lines.count > 2, lines[0].trimmedEnd.text == "---", startsWithKey(lines[1]) else { return 0 }
    let end = lines.dropFirst().prefix(100).firstIndex { ["---", "..."].contains($0.trimmedEnd.text) }
    return end.map { $0 + 1 } ?? 0
}

private func startsWithKey(_ line: Line) -> Bool {
    let key = line.prefix { $0.isWordByte || $0 == "_" || $0 == "-" }
    return !key.isEmpty && line.dropFirst(key.count).first.map { $0 == ":" } ?? false
}
