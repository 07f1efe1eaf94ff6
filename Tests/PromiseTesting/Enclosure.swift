import Crypto
import Text

/// A file that a person sends to a bot with a line, or in the place of one. It begins with the line's name.
struct Enclosure {
    let line: Line
    /// Its place among those of the line, counted from 1.
    let place: Int
    let isPicture: Bool
    /// WeCom has it no more when the bot is told of it.
    var isGone = false

    var name: String { "\(line.number)-\(place).\(isPicture ? "png" : "dat")" }
    var bytes: [UInt8] { line.file(place, isPicture: isPicture) }

    /// The words that the bots' agent has for it.
    var row: String { Enclosure.row(of: line, name, size: bytes.count, bytes) }

    /// The name and the size are those that an agent is told.
    static func row(of line: Line, _ name: String, size: Int, _ bytes: [UInt8]) -> String {
        "\(line) \(name) \(size) \(sha256(bytes).hexText)"
    }
}

extension Line {
    /// The files that come with it, to a bot alone. Groups send pictures and no other files.
    var enclosures: [Enclosure] {
        guard kind == .enclosed else { return [] }
        let picture = Enclosure(line: self, place: 1, isPicture: true)
        switch form {
        case .picture: return [picture]
        case .document: return [Enclosure(line: self, place: 1, isPicture: false)]
        case .both: return [picture, Enclosure(line: self, place: 2, isPicture: conversation.isGroup)]
        case .oneGone:
            var gone = picture
            gone.isGone = true
            return [gone, Enclosure(line: self, place: 2, isPicture: true)]
        }
    }

    /// True if it has words besides its files.
    var hasWords: Bool { form == .both || form == .oneGone }

    /// The answer of a bot's agent to it and its files.
    var answerOfBot: String {
        let lost = enclosures.filter(\.isGone).map { _ in "[image could not be fetched]" }
        return ((hasWords ? [description] : []) + lost + enclosures.filter { !$0.isGone }.map(\.row))
            .joined(separator: "\n")
    }

    private enum Form: CaseIterable { case both, document, picture, oneGone }

    /// They take turns. In a group a bot has to be called, which takes words.
    private var form: Form {
        let form = Form.allCases[number / Line.enclosureInterval % Form.allCases.count]
        return conversation.isGroup && form != .oneGone ? .both : form
    }
}
