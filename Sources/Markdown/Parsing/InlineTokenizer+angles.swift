import Text

extension InlineTokenizer {
    /// No tag or address is longer.
    private static let maxLength = 1024

    /// Scans what begins with `<`: a line break, a colour, an address, or HTML, which is text that is not looked into.
    mutating func scanAngle() -> Scanned? {
        if bytes[position...].starts(with: "<!--") {
            return end(of: "-->", from: position + 4).map { (.text, $0) }
        }
        let rest = bytes[(position + 1)...].prefix(InlineTokenizer.maxLength)
        let content = rest.prefix { $0 != ">" && $0 != "<" && $0 != "\n" }
        guard let first = content.first, content.endIndex < bytes.count, bytes[content.endIndex] == ">" else {
            return nil
        }
        let end = content.endIndex + 1
        if let destination = address(content) { return (.autolink(to: destination), end) }
        let isTag = first.isLetterOfASCII || first == "/" && content.dropFirst().first?.isLetterOfASCII ?? false
        return isTag ? (tag(content.text.lowercasedASCII), end) : nil
    }

    /// No tag that means anything is longer.
    private static let longestTag = 64

    private func tag(_ content: String) -> InlineToken.Kind {
        guard content.utf8.count <= InlineTokenizer.longestTag else { return .text }
        let words = content.pieces(keepingEmpty: false) { " /=\"'".utf8.contains($0) }
        switch words.first {
        case "br" where words.count == 1: return .lineBreak
        case "font" where content.begins(with: "/"): return .closingFont
        case "font" where words.count == 3 && words[1] == "color":
            return FontColor(rawValue: String(words[2])).map { .font($0) } ?? .text
        default: return .text
        }
    }

    private func address(_ content: ArraySlice<UInt8>) -> String? {
        guard !content.contains(where: { $0.isSpaceOrTab }) else { return nil }
        let scheme = content.prefix { $0.isWordByte || $0 == "+" || $0 == "-" || $0 == "." }
        let rest = content.dropFirst(scheme.count)
        if (2...32).contains(scheme.count), rest.count > 1, let first = rest.first, first == ":" { return content.text }
        let parts = content.split(separator: 0x40, omittingEmptySubsequences: false)
        let isMail = parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && parts[1].contains(0x2E)
        return isMail ? "mailto:" + content.text : nil
    }

    /// An address in running text. It ends before Chinese, white space, a bracket that it has not opened, and the
    /// punctuation of the sentence around it.
    func scanAddress() -> Scanned? {
        let rest = bytes[position...]
        guard rest.starts(with: "http://") || rest.starts(with: "https://"),
            position == 0 || !bytes[position - 1].isWordByte
        else { return nil }
        var depth = 0
        var address = rest.prefix(InlineTokenizer.maxLength).prefix { byte in
            switch byte {
            case 0...0x20, 0x80...0xFF, "<", ">", "`", "\"", "[", "]", "{", "}", "|", "\\", "^": return false
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            return depth >= 0
        }
        while let last = address.last,
            [".", ",", ":", ";", "!", "?", "'", "*", "_", "~"].contains(Unicode.Scalar(last))
        {
            address.removeLast()
        }
        return address.count > 8 ? (.autolink(to: unescaped(address)), address.endIndex) : nil
    }
}
