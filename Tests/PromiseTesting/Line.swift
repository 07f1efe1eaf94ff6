/// A line that is said, and answered unchanged: numbered, so that every answer tells what it answers.
package struct Line: Hashable, CustomStringConvertible, Sendable {
    package let conversation: Conversation
    package let number: Int

    package init(_ conversation: Conversation, number: Int) {
        self.conversation = conversation
        self.number = number
    }

    /// Reads what `description` writes.
    init?(_ text: some StringProtocol) {
        let words = text.split(separator: "/")
        guard words.count == 3, let door = Door(words[0]), let number = Int(words[2]) else { return nil }
        self.init(Conversation(door: door, peer: String(words[1])), number: number)
    }

    package var description: String { "\(conversation)/\(number)" }
}

extension Line {
    package enum Kind { case short, long, file, enclosed }

    /// A bot is sent files so often.
    static let enclosureInterval = 5

    /// Every seventh is long: an app answers it in several parts. Every eleventh to an app is a file, which it gives back. Every
    /// fifth to a bot comes with files, of which it tells: WeCom has no duplicate check of bots' messages, so that a file of
    /// theirs in doubt may be seen twice.
    package var kind: Kind {
        if conversation.door.isBot, number.isMultiple(of: Line.enclosureInterval) { return .enclosed }
        if !conversation.door.isBot, number.isMultiple(of: 11) { return .file }
        return number.isMultiple(of: 7) ? .long : .short
    }

    /// The content of the message as it is given back, the same whenever it is asked for.
    var saying: Saying {
        switch kind {
        case .short: .text(description)
        case .long: .text(rows.joined(separator: "\n"))
        case .file: .file(file(isPicture: isPicture))
        case .enclosed: .text(answerOfBot)
        }
    }

    /// Each tells whose it is, so that a part does, which begins with one.
    private var rows: [String] {
        (1...(20 + number % 40)).map { row in
            "\(self) 第 \(row) 行：这段话太长，一条消息说不完，so it comes in several, each of which begins with a row."
        }
    }
}
