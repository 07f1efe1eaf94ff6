import Text

/// The id of an exchange over a bot's long connection. A command of ours has one of our own making; what answers a
/// message or an event has that of the frame it came in.
package struct BotRequestID: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }

    /// By bytes: WeCom makes up ids, too.
    package static func == (a: BotRequestID, b: BotRequestID) -> Bool { a.text.isSame(as: b.text) }
    package func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }
}

/// Makes up the ids of commands, each with the command's name before it, so that a log tells what an id was for.
package struct BotRequestIDs: Sendable {
    private let salt: String
    private var count: UInt64 = 0

    /// `salt` tells the ids of one connection from those of another, as a random number does.
    package init(salt: UInt64) { self.salt = String(salt, radix: 16) }

    package mutating func next(for name: BotCommand.Name) -> BotRequestID {
        count += 1
        return BotRequestID("\(name.rawValue)_\(salt)_\(count)")
    }
}
