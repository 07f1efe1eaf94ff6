import Text

/// A command's help, which is also the description of what it takes: there is no other list of its options and verbs.
///
/// An option is a line of two spaces, its name, perhaps what its value is, with … behind it where it may be given more than
/// once, two spaces or more, and what it says. A verb is a word in small letters behind the command's name in a line of the usage, perhaps in brackets or one of several with `|`
/// between them.
struct CommandHelp: Sendable {
    struct Option: Sendable, Equatable {
        /// With its two dashes.
        let name: String
        /// The name of its value, as `FILE`; nil for a flag.
        let value: String?
        let text: String
    }

    let command: String
    let text: String
    let options: [Option]
    let verbs: [String]
    /// True if the first operand is a file.
    let takesFile: Bool

    init(_ command: String, _ text: String) {
        self.command = command
        self.text = text
        options = text.lines.compactMap(Option.init) + [Option(name: "--help", value: nil, text: "tells this")]
        let uses = text.lines.prefix { !$0.isEmpty }.compactMap { $0.behind("wecom-router \(command) ")?.words.first }
        let named = uses.flatMap { word in
            word.pieces { "[]|".utf8.contains($0) }.filter { piece in
                !piece.isEmpty && piece.utf8.allSatisfy { $0.isASCIILowercase || $0 == UInt8(ascii: "-") }
                    && piece.utf8.first != UInt8(ascii: "-")
            }.map(String.init)
        }
        // A verb may have several lines.
        verbs = named.enumerated().filter { !named[..<$0.offset].contains($0.element) }.map(\.element)
        takesFile = uses.contains { $0.isSame(as: "FILE") }
    }

    var flags: [String] { options.filter { $0.value == nil }.map(\.name) }
    var valued: [String] { options.filter { $0.value != nil }.map(\.name) }
}

extension CommandHelp.Option {
    fileprivate init?(_ line: Substring) {
        guard let words = line.after("  "), words.begins(with: "--") else { return nil }
        let name = words.prefix { $0 != " " }  // short: a line of ours
        var rest = words.dropFirst(name.count)
        var value: Substring?
        if rest.begins(with: " "), !rest.begins(with: "  ") {
            let (before, behind) = rest.dropFirst().cut(around: "  ") ?? (rest.dropFirst(), "")
            (value, rest) = (before, behind)
        }
        self.init(
            name: String(name), value: value.map(String.init), text: String(rest.withoutSpaceAround))
    }

    /// It may be given more than once, as the dots behind its value say.
    var isRepeated: Bool { value.map { $0.ends(with: "…") } ?? false }

    var namesFile: Bool { value == "FILE" || value == "PATH" }

    /// The words that it takes, where the help lists them, as in `ready, running or done`.
    var words: [String] {
        guard let value, ["STATE", "KIND", "WORD"].contains(value) else { return [] }
        let words = text.words.map { $0.pieces { ",;.:()".utf8.contains($0) }.first ?? "" }
        guard let or = text.words.lastIndex(where: { $0.isSame(as: "or") }), or + 1 < words.count else { return [] }
        var first = or - 1
        while first > 0, text.words[first - 1].utf8.last == UInt8(ascii: ",") { first -= 1 }
        guard first >= 0 else { return [] }
        return (words[first..<or] + [words[or + 1]]).map(String.init)
    }
}
