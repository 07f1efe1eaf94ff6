import Text

/// The text without backslashes before punctuation, and with characters in the place of their entities.
func unescaped(_ bytes: some Collection<UInt8>) -> String {
    let bytes = Array(bytes)
    var out: [UInt8] = []
    var position = 0
    while position < bytes.count {
        let byte = bytes[position]
        if byte == "\\", position + 1 < bytes.count, bytes[position + 1].isASCIIPunctuation {
            out.append(bytes[position + 1])
            position += 2
        } else if byte == "&", let (text, end) = entity(at: position, in: bytes) {
            out += text.utf8
            position = end
        } else {
            out.append(byte)
            position += 1
        }
    }
    return out.text
}

/// The character that `&name;` or `&#number;` stands for, and where that ends.
func entity(at position: Int, in bytes: [UInt8]) -> (text: String, end: Int)? {
    let rest = bytes[(position + 1)...].prefix(12)
    guard let end = rest.firstIndex(where: { $0 == ";" }) else { return nil }
    let name = rest[..<end].text
    if let text = namedEntities[name] { return (text, end + 1) }
    guard name.begins(with: "#") else { return nil }
    let isHex = name.dropFirst().first == "x" || name.dropFirst().first == "X"
    let digits = name.dropFirst(isHex ? 2 : 1)
    guard digits.first != "+", digits.first != "-", let number = UInt32(digits, radix: isHex ? 16 : 10) else {
        return nil
    }
    let scalar = number == 0 ? nil : Unicode.Scalar(number)
    return (String(Character(scalar ?? "\u{FFFD}")), end + 1)
}

/// Those that stand in everyday text.
private let namedEntities: [String: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "ensp": "\u{2002}",
    "emsp": "\u{2003}", "thinsp": "\u{2009}", "copy": "©", "reg": "®", "trade": "™", "hellip": "…", "mdash": "—",
    "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "laquo": "«", "raquo": "»", "bull": "•",
    "middot": "·", "times": "×", "divide": "÷", "plusmn": "±", "minus": "−", "deg": "°", "micro": "µ", "para": "¶",
    "sect": "§", "larr": "←", "rarr": "→", "uarr": "↑", "darr": "↓", "harr": "↔", "lArr": "⇐", "rArr": "⇒",
    "hArr": "⇔", "le": "≤", "ge": "≥", "ne": "≠", "asymp": "≈", "infin": "∞", "radic": "√", "sum": "∑", "cent": "¢",
    "pound": "£", "yen": "¥", "euro": "€", "frac12": "½", "frac14": "¼", "check": "✓", "cross": "✗", "star": "☆",
    "hearts": "♥", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "lambda": "λ", "mu": "μ", "pi": "π",
    "sigma": "σ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω",
]
