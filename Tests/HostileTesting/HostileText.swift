/// Texts that are cheap to write and were dear to read: whatever anybody may say, in runs.
package struct HostileText: Sendable, CustomStringConvertible {
    private let name: String
    private let piece: String

    package var description: String { name }

    /// Repeats the piece as often as fits so many bytes.
    package func text(bytes: Int) -> String { String(repeating: piece, count: max(1, bytes / piece.utf8.count)) }

    /// The runs that Swift's own searches and comparisons take the square of.
    private static let dearest: Set = ["half flags", "accents of two classes", "accented letters"]

    /// The length that it is to have: four megabytes, or, where the build is slow, one at which what is quadratic takes
    /// seconds.
    package var size: Int {
        #if DEBUG
        HostileText.dearest.contains(name) ? 512 << 10 : 4 << 10
        #else
        4 << 20
        #endif
    }

    package static let all: [HostileText] = [
        ("half flags", "\u{1F1E6}"), ("flags", "🇨🇳"), ("joined emoji", "👩\u{200D}"), ("joiners", "\u{200D}"),
        ("accents", "\u{301}"), ("accents of two classes", "\u{301}\u{316}"), ("accented letters", "e\u{301}\u{316}"),
        ("right to left", "א\u{202E}"), ("isolates", "\u{2066}"), ("variation selectors", "\u{FE0F}"),
        ("keycaps", "1\u{FE0F}\u{20E3}"), ("tags", "\u{E0061}"), ("skin tones", "👍🏽"), ("Hangul", "\u{1100}"),
        ("conjuncts", "क\u{94D}"), ("prepended marks", "\u{600}"), ("NUL", "\0"), ("one line", "a"), ("spaces", " "),
        ("newlines", "\n"), ("CR LF", "\r\n"), ("backticks", "`"), ("backticks apart", "`a``"), ("asterisks", "*"),
        ("bold", "**a"), ("brackets", "["), ("links", "](("), ("bars", "|"), ("tables", "|a|\n|-|\n"), ("quotes", "> "),
        ("lists", "- a\n"), ("tags of HTML", "<a "), ("angles", "<"), ("media", "MEDIA:"), ("media lines", "MEDIA:a\n"),
        ("braces", "{"), ("placeholders", "{text}"), ("percents", "%"), ("escapes", "%41"), ("backslashes", "\\"),
        ("addresses", "http://"), ("statuses", "status 4"), ("Chinese", "中"), ("replacements", "\u{FFFD}"),
    ].map { HostileText(name: $0, piece: $1) }
}
