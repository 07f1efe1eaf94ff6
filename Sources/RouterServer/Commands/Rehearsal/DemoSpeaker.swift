import Router

/// The agent of the demo's bots. It says what it was told and a few words about itself, one after another as a model does:
/// what an answer looks like that grows is seen without one.
struct DemoSpeaker: Agent {
    /// The time that a word takes.
    let pace: Duration

    var learnsWhoAsks: Bool { false }
    var remembers: Bool { false }

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        let words = DemoSpeaker.words(on: turn.text)
        for word in words {
            try await attendant.hear(.text(word))
            try await Task.sleep(for: pace)
        }
        return Reply(words.joined())
    }

    /// The pieces of the answer, in the language of what was said.
    static func words(on text: String) -> [String] {
        let isChinese = text.unicodeScalars.contains { $0.properties.isIdeographic }
        let answer =
            isChinese
            ? "你说的是：「\(text)」。\n\n这条回答是一个字一个字写出来的：企业微信大约每秒来问一次写到哪儿了，气泡就随着变长。"
                + "换成你自己的智能体，用 `--agent` 或 `--config`。"
            : "You said: “\(text)”.\n\nThis answer is written word by word: about once a second WeCom asks how far it has "
                + "come, and the bubble grows. For an agent of yours use `--agent` or `--config`."
        return isChinese ? pieces(of: answer, length: 2) : pieces(of: answer)
    }

    private static func pieces(of text: String, length: Int) -> [String] {
        var (pieces, rest) = ([String](), Substring(text))
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return pieces
    }

    /// Words, each with the space in front of it.
    private static func pieces(of text: String) -> [String] {
        text.split(separator: " ", omittingEmptySubsequences: false).enumerated().map {
            $0 == 0 ? String($1) : " \($1)"
        }
    }
}
