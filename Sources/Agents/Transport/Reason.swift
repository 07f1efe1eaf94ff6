import Router
package import WeCom

extension String {
    /// The text on one line, without control characters, cut where it is too long to be read.
    package func onOneLine(atMost limit: Int = 500) -> String {
        var line = String.UnicodeScalarView()
        var isGap = false
        for scalar in unicodeScalars.prefix(8 * limit) {
            let isSpace = scalar.properties.isWhitespace || scalar.properties.generalCategory == .control
            if isSpace {
                isGap = !line.isEmpty
            } else {
                if isGap { line.append(" ") }
                isGap = false
                line.append(scalar)
            }
        }
        let text = String(line)
        return text.count > limit ? String(text.prefix(limit - 1)) + "…" : text
    }

    /// The text without secrets that a server has repeated to us.
    package func hiding(_ secrets: [Secret]) -> String {
        secrets.flatMap { $0.reveal().split(separator: " ") }.filter { $0.utf8.count >= 8 }.reduce(self) {
            $0.replacing($1, with: "<secret>")
        }
    }
}

extension AgentFailure {
    /// The same without secrets that a server has repeated to us.
    func hiding(_ secrets: [Secret]) -> AgentFailure {
        AgentFailure(
            kind, reason.hiding(secrets), retryAfter: retryAfter, partialText: partialText)
    }
}
