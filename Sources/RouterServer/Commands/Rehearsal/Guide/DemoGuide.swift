import Router
import System
import Text

/// The agent of the demo. It introduces itself and shows, to whoever asks, what people can see of an agent: an answer that
/// grows, questions on cards, a file, a task of a minute, a failure and its retry, and what was sent along handed back.
struct DemoGuide: Agent {
    /// The time that a piece of an answer takes.
    var pace = Duration.milliseconds(100)
    /// The time that a step of the long task takes.
    var step = Duration.seconds(10)

    var learnsWhoAsks: Bool { false }
    var remembers: Bool { false }

    func run(_ turn: Turn, attendedBy attendant: any TurnAttendant) async throws -> Reply {
        let scene = DemoScene(turn, attendant, pace: pace, step: step)
        if !turn.attachments.isEmpty { return try await scene.handBack() }
        switch DemoOffer(askedForIn: turn.text) {
        case .grow: return try await scene.grow()
        case .ask: return try await scene.ask()
        case .choose: return try await scene.choose()
        case .file: return try await scene.sendFile()
        case .minute: return try await scene.work()
        case .fail: return try await scene.fail()
        case nil: return try await scene.introduce()
        }
    }

    /// The greeting of whoever opens the chat, who has said nothing yet by which their language could be told.
    static var greeting: Greeting {
        let offers = ChatTexts.Language.allCases.map { language in
            DemoOffer.allCases.map { $0.word(language) }.joined(separator: language == .chinese ? "、" : ", ")
        }
        return Greeting(
            "你好，我是演示智能体，全在这台机器上，不用账号也不用密钥。发一个词试试：\(offers[0])；也可以发一张图片。\n\n"
                + "Hello, I am the demo's agent: all of this runs on your machine, with no account and no key. "
                + "Send a word: \(offers[1]); or a picture.")
    }
}

/// A turn of the demo's agent, in the language of what was said.
struct DemoScene: Sendable {
    let turn: Turn
    let attendant: any TurnAttendant
    let pace: Duration
    let step: Duration
    let language: ChatTexts.Language

    init(_ turn: Turn, _ attendant: any TurnAttendant, pace: Duration, step: Duration) {
        (self.turn, self.attendant, self.pace, self.step) = (turn, attendant, pace, step)
        let letters = turn.text.beginning(bytes: 4096).unicodeScalars.filter(\.properties.isAlphabetic)
        language =
            letters.isEmpty ? turn.language : letters.contains(where: \.properties.isIdeographic) ? .chinese : .english
    }

    func words(_ chinese: String, _ english: String) -> String { language == .chinese ? chinese : english }

    /// Writes a text as a model does, one piece after another, and returns the answer that it is.
    func write(_ text: String, files: [ReplyFile] = []) async throws -> Reply {
        for piece in pieces(of: text) {
            try await attendant.hear(.text(piece))
            try await pause(pace)
        }
        return Reply(text, files: files)
    }

    func pause(_ time: Duration) async throws {
        try Task.checkCancellation()
        if time > .zero { try await Task.sleep(for: time) }
    }

    /// Two characters at a time, or a word with the space in front of it.
    private func pieces(of text: String) -> [String] {
        guard language == .chinese else {
            return text.split(separator: " ", omittingEmptySubsequences: false).enumerated().map {
                $0 == 0 ? String($1) : " \($1)"
            }
        }
        var (pieces, rest) = ([String](), text[...])
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(2)))
            rest = rest.dropFirst(2)
        }
        return pieces
    }
}
