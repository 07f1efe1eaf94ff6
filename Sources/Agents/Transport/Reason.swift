import Text

extension String {
    /// The text on one line, without control characters, cut where it is too long to be read: to so many characters, and to
    /// four bytes for each.
    package func onOneLine(atMost limit: Int = 500) -> String {
        var line = String.UnicodeScalarView()
        var isGap = false
        for scalar in unicodeScalars.prefix(8 * limit) {
            if scalar.isSpace || scalar.properties.generalCategory == .control {
                isGap = !line.isEmpty
            } else {
                if isGap { line.append(" ") }
                isGap = false
                line.append(scalar)
            }
        }
        return String(line).cut(toCharacters: limit, bytes: 4 * limit)
    }
}
