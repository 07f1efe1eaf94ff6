/// A line that is said, and answered unchanged: numbered, so that every answer tells what it answers.
struct Line: Hashable, CustomStringConvertible {
    let conversation: Conversation
    let number: Int

    init(_ conversation: Conversation, number: Int) {
        self.conversation = conversation
        self.number = number
    }

    /// Reads what `description` writes.
    init?(_ text: some StringProtocol) {
        let words = text.split(separator: "/")
        guard words.count == 3, let door = Door(words[0]), let number = Int(words[2]) else { return nil }
        self.init(Conversation(door: door, peer: String(words[1])), number: number)
    }

    var description: String { "\(conversation)/\(number)" }
}

extension Line {
    enum Kind { case short, long, file }

    /// Every eleventh is a file, every seventh is long: an app answers it in several parts. A bot is sent no files here:
    /// WeCom has no duplicate check of bots' messages, so that one in doubt may be seen twice.
    var kind: Kind {
        if number.isMultiple(of: 11), !conversation.door.isBot { return .file }
        return number.isMultiple(of: 7) ? .long : .short
    }

    /// The content of the message, the same whenever it is asked for.
    var saying: Saying {
        switch kind {
        case .short: .text(description)
        case .long: .text(rows.joined(separator: "\n"))
        case .file: .file(file)
        }
    }

    /// Each tells whose it is, so that a part does, which begins with one.
    private var rows: [String] {
        (1...(20 + number % 40)).map { row in
            "\(self) 第 \(row) 行：这段话太长，一条消息说不完，so it comes in several, each of which begins with a row."
        }
    }
}
