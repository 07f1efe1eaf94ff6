import Text

/// A command that a person gives to us, rather than to the agent.
package enum ChatCommand: Sendable, Equatable {
    /// The agent is to remember nothing of what was said so far.
    case new
    /// The turn that runs, and what waits.
    case stop
    case status
    /// Lists the messages that wait.
    case queue
    /// Takes the message at that place of the queue, from 1 on, out of it.
    case drop(Int)
    case help
    /// The last message once more.
    case retry

    /// The name of a command in the configuration.
    package enum Name: String, Sendable, CaseIterable {
        case new, stop, status, queue, help, retry
    }

    package var name: Name {
        switch self {
        case .new: .new
        case .stop: .stop
        case .status: .status
        case .queue, .drop: .queue
        case .help: .help
        case .retry: .retry
        }
    }
}

/// By which words an app's people give commands.
package struct ChatCommands: Sendable, Equatable {
    /// Each command's words; one without any is off.
    package var words: [ChatCommand.Name: [String]] {
        didSet { meanings = ChatCommands.meanings(of: words) }
    }

    /// The command of each word, however it is spelled: every message is looked up here.
    private var meanings: [String: ChatCommand.Name]

    package init() {
        words = ChatCommands.usual
        meanings = ChatCommands.usualMeanings
    }

    private static let usual: [ChatCommand.Name: [String]] = [
        .new: ["/new", "新会话", "/clear", "/reset"], .stop: ["/stop", "停止"], .status: ["/status", "状态"],
        .queue: ["/queue", "排队"], .help: ["/help", "帮助"], .retry: ["/retry", "重试"],
    ]

    /// Thousands of apps share them.
    private static let usualMeanings = meanings(of: usual)

    /// The word for a fresh session; nil where there is none.
    package var newWord: String? { words[.new]?.first }

    /// The word for trying a message again; nil where there is none.
    package var retryWord: String? { words[.retry]?.first }

    /// The words that take a message out of the queue, behind that of the queue.
    private static let dropWords: Set = ["drop", "删除", "取消"]

    /// The command that a message is, all of it; nil for anything that is the agent's to answer. A Chinese word is one
    /// with and without a slash; a slash may be a wide one. A polite word before it and a sign behind it change nothing.
    package func command(in text: String) -> ChatCommand? {
        guard text.utf8.count <= ChatCommands.longest else { return nil }
        let parts = ChatCommands.core(of: text).words
        guard (1...3).contains(parts.count), let name = meanings[ChatCommands.folded(parts[0])] else { return nil }
        switch (name, parts.count) {
        case (.queue, 3) where ChatCommands.dropWords.contains(ChatCommands.folded(parts[1])):
            return ChatCommands.number(ChatCommands.folded(parts[2])).map(ChatCommand.drop)
        case (_, 1): break
        default: return nil
        }
        switch name {
        case .new: return .new
        case .stop: return .stop
        case .status: return .status
        case .queue: return .queue
        case .help: return .help
        case .retry: return .retry
        }
    }

    /// The words behind the command for a fresh session, which are to be its first message. Only with a slash: a word of Chinese
    /// may begin a sentence.
    package func words(behindNewIn text: String) -> String? {
        let scalars = Substring(text).unicodeScalars.drop(while: \.isSpace)
        let word = Substring(scalars.prefix { !$0.isSpace })
        guard word.utf8.count <= ChatCommands.longest else { return nil }
        let name = ChatCommands.folded(word)
        guard name.begins(with: "/"), meanings[name] == .new else { return nil }
        let rest = Substring(scalars[word.endIndex...].drop(while: \.isSpace))
        return rest.isEmpty ? nil : String(rest)
    }

    /// True if a message that is a command may be meant for the agent all the same: it is a word without a slash, and what it
    /// asks for makes sense only now and then.
    package func isAmbiguous(_ command: ChatCommand, in text: String) -> Bool {
        guard !ChatCommands.core(of: text).begins(with: "/") else { return false }
        switch command {
        case .new, .help: return false
        case .stop, .status, .queue, .drop, .retry: return true
        }
    }

    /// The words of a message without what politeness and punctuation add.
    private static func core(of text: String) -> String {
        var scalars = folded(text).unicodeScalars.drop(while: \.isSpace)
        if scalars.first == "请" { scalars = scalars.dropFirst() }
        while let last = scalars.last, last.isSpace || "。！!.~".unicodeScalars.contains(last) {
            scalars = scalars.dropLast()
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private static let longest = 100

    /// A word of Chinese, or any other without a slash, is known with one, too.
    private static func meanings(of words: [ChatCommand.Name: [String]]) -> [String: ChatCommand.Name] {
        words.reduce(into: [:]) { meanings, entry in
            for word in entry.value.map({ folded($0) }) {
                meanings[word] = entry.key
                if !word.begins(with: "/") { meanings["/" + word] = entry.key }
            }
        }
    }

    /// Wide forms of ASCII become what they are forms of; case does not count.
    package static func folded(_ text: some StringProtocol) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    (0xFF01...0xFF5E).contains(scalar.value) ? UnicodeScalar(scalar.value - 0xFEE0)! : scalar
                })
        ).lowercased()  // short: a command, a label
    }

    static func number(_ text: String) -> Int? {
        guard text.utf8.count <= 4, let number = Int(text), number > 0 else { return nil }
        return number
    }
}
