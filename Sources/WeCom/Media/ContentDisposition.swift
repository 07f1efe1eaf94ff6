import HTTP
import Text

/// The file's name in a `Content-Disposition` field: quoted, bare, or with its characters named (`filename*`), which
/// counts more. Nil if it has none.
func fileName(inContentDisposition field: String) -> String? {
    var plain: String?
    for (name, value) in parameters(of: field) {
        if name.isSameToken(as: "filename*"), let decoded = extendedValue(value) { return decoded }
        if name.isSameToken(as: "filename"), plain == nil { plain = value }
    }
    return plain.flatMap(\.nonEmpty)
}

/// `UTF-8'en'%E4%BD%A0.pdf`; nil for other sets of characters, which we could not read.
private func extendedValue(_ value: String) -> String? {
    let parts = value.pieces(atMost: 3) { $0 == UInt8(ascii: "'") }
    guard parts.count == 3, parts[0].isSameToken(as: "UTF-8") else { return nil }
    return percentDecoded(Array(parts[2].utf8)).nonEmpty
}

/// Reads the names and values behind the first `;`. A `;` in quotes separates nothing, and a `\` there takes the next
/// character as it stands.
private func parameters(of field: String) -> [(name: String, value: String)] {
    var pieces = [String.UnicodeScalarView()]
    var (isQuoted, isEscaped) = (false, false)
    for character in field.unicodeScalars {
        switch character {
        case _ where isEscaped:
            pieces[pieces.count - 1].append(character)
            isEscaped = false
        case "\\" where isQuoted: isEscaped = true
        case "\"": isQuoted.toggle()
        case ";" where !isQuoted: pieces.append(String.UnicodeScalarView())
        default: pieces[pieces.count - 1].append(character)
        }
    }
    return pieces.dropFirst().compactMap { piece in
        String(piece).cut(around: "=").map { (String($0.before).trimmed, String($0.behind).trimmed) }
    }
}
