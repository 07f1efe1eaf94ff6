import Text

/// The content of an `error` line of Codex.
struct CodexComplaint {
    let words: String
    /// It tries again, and does not say that it will ever stop.
    let isEndless: Bool

    init(_ message: String) {
        guard let rest = message.after(CodexComplaint.again) else {
            (words, isEndless) = (message, false)
            return
        }
        // `Reconnecting... 1/5 (why)`: one that counts gives up by itself.
        let (count, why) = rest.cut(around: "(") ?? (rest, "")
        isEndless = !count.has("/")
        words = why.ends(with: ")") ? String(why.utf8.dropLast()) ?? message : message
    }

    private static let again = "Reconnecting"
}
