import WeCom

extension Bubble {
    package var shown: String { shown(in: .chinese) }

    /// The text that a person at a terminal reads of it, several lines perhaps.
    package func shown(in language: World.Language) -> String {
        if let notice { return "（\(notice)）" }
        var parts: [String] = []
        if let file {
            parts.append(
                (FakeMedia.Kind(rawValue: file.kind.rawValue) ?? .file).shown(file.name, size: file.size, in: language))
        }
        if let card { parts.append(FakeCard(card).shown) }
        if !text.isEmpty { parts.append(Bubble.withoutMarks(text, language)) }
        parts += pictures.enumerated().map { FakeMedia.Kind.image.shown("\($0 + 1)", size: $1.count, in: language) }
        if let fault { parts.append("✗ " + language("企业微信未显示这条回答：", "WeCom showed nothing of this answer: ") + fault) }
        return parts.joined(separator: "\n")
    }

    /// Thoughts in words: folded in a chat, and an empty one is three dots that move.
    private static func withoutMarks(_ text: String, _ language: World.Language) -> String {
        guard text.hasPrefix("<think>") else { return text }
        let rest = text.dropFirst("<think>".count)
        let end = rest.firstRange(of: "</think>")
        let thought = rest[..<(end?.lowerBound ?? rest.endIndex)]
        let words = end.map { rest[$0.upperBound...] } ?? ""
        let lead =
            thought.contains { !$0.isWhitespace }
            ? language("（思考：\(thought)）", "(thinking: \(thought))") : words.isEmpty ? "…" : ""
        return [lead, String(words.drop(while: \.isNewline))].filter { !$0.isEmpty }.joined(separator: "\n")
    }
}
