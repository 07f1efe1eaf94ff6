import Text

extension Document {
    /// The document as plain text that reads well and can be copied from.
    package var plainText: String { withoutAnchors(BlockRenderer(PlainStyle()).text(of: blocks)) }
}

struct PlainStyle: Style {
    let separatesHeadings = true

    func strong(_ text: String) -> String { text }
    func code(_ text: String) -> String { text }
    func font(_ color: FontColor, _ text: String) -> String { text }

    func link(_ text: String, to destination: String) -> String {
        if destination.isEmpty || destination.begins(with: "#") { return text }
        if destination.after("mailto:")?.isSame(as: text) == true { return text }
        let address = destination.after("https://") ?? destination.after("http://") ?? destination[...]
        if address.isSame(as: text) || destination.isSame(as: text) { return destination }
        return "\(text) (\(destination))"
    }

    func heading(_ text: String, level: Int) -> String { text }

    func codeBlock(_ code: String, language: String?) -> [String] {
        code.lines.map(String.init)
    }

    func indentation(below marker: String) -> String { String(repeating: " ", count: marker.displayWidth) }

    func width(of cell: String, visibleText: String) -> Int { cell.displayWidth }
}

/// WeCom's texts make links of `<a href=…>`. What an agent writes about HTML is to be read, and no link comes from there.
private func withoutAnchors(_ text: String) -> String {
    guard text.utf8.contains(0x3C) else { return text }
    let bytes = Array(text.utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count + 64)
    for (index, byte) in bytes.enumerated() {
        if byte == "<", isAnchor(bytes[(index + 1)...].prefix(2)) { out += "＜".utf8 } else { out.append(byte) }
    }
    return out.text
}

private func isAnchor(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, first | 0x20 == "a", let second = bytes.dropFirst().first else { return false }
    return second <= 0x20 || second == "/"
}
