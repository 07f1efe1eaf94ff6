/// What an `error` line of Codex says.
struct CodexComplaint {
    let words: String
    /// It tries again, and does not say that it will ever stop.
    let isEndless: Bool

    init(_ message: String) {
        guard message.hasPrefix(CodexComplaint.again) else {
            (words, isEndless) = (message, false)
            return
        }
        // `Reconnecting... 1/5 (why)`: one that counts gives up by itself.
        let rest = message.dropFirst(CodexComplaint.again.count)
        isEndless = !rest.prefix { $0 != "(" }.contains("/")
        let why = rest.drop { $0 != "(" }.dropFirst()
        words = why.hasSuffix(")") ? String(why.dropLast()) : message
    }

    private static let again = "Reconnecting"
}
