package import System
import Text
import WeCom

/// Something that people saw of an app or a bot, or that became of what they did.
package struct Sighting: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case text, markdown, image, voice, video, file, card, news
        case textCard = "textcard"
        case miniProgram = "miniprogram"
        /// The answer of a bot as far as it had come.
        case stream
        /// WeCom's own words in the place of a bot's answer.
        case notice
        /// The reason why WeCom does not show what a bot answered.
        case fault
        /// A message was taken back.
        case recall
        /// A card has changed.
        case update
        /// WeCom has given up on a callback that nobody took.
        case lost
        /// A bot has connected, or has lost its connection.
        case connected, disconnected

        /// True of what stays in a chat, which is meant where nobody names a kind.
        package var stays: Bool {
            switch self {
            case .text, .markdown, .image, .voice, .video, .file, .card, .news, .textCard, .miniProgram, .notice,
                .fault:
                true
            case .stream, .recall, .update, .lost, .connected, .disconnected: false
            }
        }
    }

    /// The thing itself, for who wants to press a button of it.
    enum Content: Sendable {
        case message(SentMessage)
        case bubble(Bubble)
        case event
    }

    /// Its number, from 1 on.
    package internal(set) var position = 0
    /// The time on the simulated clock.
    package let at: Timestamp
    /// The name of the app or the bot.
    package let party: String
    /// The person, or the group, that saw it; nil of a bot's connection.
    package let peer: String?
    package let kind: Kind
    /// The words themselves, the name of a file, the title of a card.
    package let text: String
    /// All that a person reads of it, several lines perhaps.
    package let shown: String
    let content: Content

    /// One person's chat with a party, or a group's.
    struct Chat: Hashable, Sendable {
        let party: String
        let peer: String
    }

    var chat: Chat { Chat(party: party, peer: peer.map { UserID($0).folded } ?? "") }

    /// True if it has a card, alone or below its words.
    var hasCard: Bool {
        switch content {
        case .message(let message): message.card != nil
        case .bubble(let bubble): bubble.card != nil
        case .event: false
        }
    }
}

extension Sighting: CustomStringConvertible {
    package var description: String {
        let peer = peer.map { " to \($0)" } ?? ""
        return "\(kind.rawValue) from \(party)\(peer)" + (text.isEmpty ? "" : ": \(text.quotedLine)")
    }
}

extension String {
    /// The beginning of a text on one line, in quotes.
    var quotedLine: String {
        let line = replacing(word: "\r", by: "").replacing(word: "\n", by: "⏎")
        return "“\(line.cut(toCharacters: 200, bytes: 800))”"
    }
}
