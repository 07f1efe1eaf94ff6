import Text

/// An enterprise, by the id WeCom gave it (`ww…` or `wx…`).
package struct CorpID: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }

    /// By bytes: anybody may name a corp.
    package static func == (a: CorpID, b: CorpID) -> Bool { a.text.isSame(as: b.text) }
    package func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }
}

/// WeCom's number of an app within its corp. WeCom calls it "agentid"; our agents are something else.
package struct AgentID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: Int64
    package init(_ number: Int64) { self.number = number }

    /// Reads the element text of a callback; nil when it is empty or no number.
    package init?(_ text: some StringProtocol) {
        guard let number = Int64(text), number >= 0 else { return nil }
        self.number = number
    }

    package var description: String { String(number) }
    package static func < (a: AgentID, b: AgentID) -> Bool { a.number < b.number }
}

/// An AI bot, by the id that its page shows. WeCom is not known to take two spellings for one.
package struct BotID: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }

    package static func == (a: BotID, b: BotID) -> Bool { a.text.isSame(as: b.text) }
    package func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }
}

/// A group chat, by WeCom's id of it, which goes by its spelling.
package struct ChatID: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }

    package static func == (a: ChatID, b: ChatID) -> Bool { a.text.isSame(as: b.text) }
    package func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }
}

/// A person within a corp. WeCom compares these ids without regard to case, and so do we; the spelling received is kept
/// for sending.
package struct UserID: Sendable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }

    /// The text that equality, the store's keys and logs go by.
    package var folded: String { text.lowercased() }  // short: hashed and compared by bytes
    package var description: String { folded }
}

extension UserID: Hashable {
    package static func == (a: UserID, b: UserID) -> Bool { a.folded.isSame(as: b.folded) }
    package func hash(into hasher: inout Hasher) { folded.hashBytes(into: &hasher) }
}
