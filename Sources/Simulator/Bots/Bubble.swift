package import JSON
import System
package import WeCom

/// Something that an AI bot shows in a chat, as the people there have seen it.
package struct Bubble: Sendable {
    /// Tells it from others while it changes.
    package let id = UInt64.random(in: 0...UInt64.max)
    package let bot: BotID
    package let chat: InboundMessage.Chat
    /// The person in whose chat it is; nil for a group's.
    package internal(set) var user: UserID?
    /// The id of the message that it answers; nil for one of the bot's own accord, and at a message's own address.
    package internal(set) var answered: String?
    /// The id that the bot gave it, where it showed while it was written.
    package internal(set) var stream: String?
    /// The text as it was each time that it was new, the last as it stayed.
    package internal(set) var texts: [String] = []
    /// The pictures below its text.
    package internal(set) var pictures: [[UInt8]] = []
    /// The card that it is, or that is below it, or that has come in the place of one.
    package internal(set) var card: JSONValue?
    /// The file that it is.
    package internal(set) var file: File?
    /// The id by which people may rate it: what was first shown of it asked for that.
    package internal(set) var feedback: String?
    /// It does not change any more.
    package internal(set) var isFinished = false
    /// Counts how often WeCom has asked how far it has come.
    package internal(set) var polls = 0
    /// The fault of an answer: WeCom shows nothing of such a one.
    package internal(set) var fault: String?
    /// The words by which WeCom says that it has not passed the message on.
    package internal(set) var notice: String?

    package struct File: Sendable {
        package let kind: UploadKind
        package let name: String
        package let size: Int
        package let media: MediaID
    }

    package var text: String { texts.last ?? "" }
}
