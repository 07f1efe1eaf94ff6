import Crypto
import JSON
import Text

/// A stream as it stands: its whole text so far, not what was added.
package struct StreamFrame: Sendable, Equatable {
    /// The id that we chose for it, which all its frames have.
    package let id: String
    package let content: String
    /// The last frame: nothing of it changes any more.
    package let isFinished: Bool
    /// Pictures below the text, which only the last frame may have, and only in answer to a callback.
    package let pictures: [StreamPicture]
    /// Counts in the first frame alone.
    package let feedback: FeedbackID?

    /// An empty thought, which shows that the bot has begun to think.
    package static let thinking = "<think></think>"
    package static let maxPictures = 10

    private init(
        id: String, content: String, isFinished: Bool, pictures: [StreamPicture] = [], feedback: FeedbackID? = nil
    ) {
        precondition(!id.isEmpty, "a stream has an id")
        precondition(pictures.count <= StreamFrame.maxPictures, "a stream has at most 10 pictures")
        self.id = id
        self.content = content.cut(toBytes: BotReply.maxTextBytes)
        self.isFinished = isFinished
        self.pictures = pictures
        self.feedback = feedback
    }

    /// The first frame. Text that is longer than WeCom takes is cut, here and in the others.
    package static func opening(
        _ id: String, _ content: String = thinking, feedback: FeedbackID? = nil
    ) -> StreamFrame {
        StreamFrame(id: id, content: content, isFinished: false, feedback: feedback)
    }

    package static func running(_ id: String, _ content: String) -> StreamFrame {
        StreamFrame(id: id, content: content, isFinished: false)
    }

    /// The last frame. It may be the first, too.
    package static func closing(
        _ id: String, _ content: String, pictures: [StreamPicture] = [], feedback: FeedbackID? = nil
    ) -> StreamFrame {
        StreamFrame(id: id, content: content, isFinished: true, pictures: pictures, feedback: feedback)
    }

    /// The same as the first frame of an answer that people may rate.
    package func asking(_ feedback: FeedbackID?) -> StreamFrame {
        StreamFrame(
            id: id, content: content, isFinished: isFinished, pictures: pictures, feedback: feedback ?? self.feedback)
    }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("id", .string(id)), .init("finish", .bool(isFinished)), .init("content", .string(content)),
        ]
        if !pictures.isEmpty { members.append(.init("msg_item", .array(pictures.map(\.json)))) }
        if let feedback { members.append(feedback.member) }
        return .object(members)
    }
}

/// A picture below a stream, whole.
package struct StreamPicture: Sendable, Equatable {
    package static let maxSize = 10 << 20

    private let base64: String
    private let md5: String

    /// Nil for what WeCom does not show there: anything but a JPEG or PNG of at most 10 MB.
    package init?(_ bytes: [UInt8]) {
        let start = Array(bytes.prefix(MediaType.bytesLookedAt))
        let type = MediaType(firstBytes: start, name: "")
        guard type == .jpeg || type == .png, bytes.count <= StreamPicture.maxSize else { return nil }
        base64 = Base64.encode(bytes)
        md5 = Crypto.md5(bytes).hexText
    }

    fileprivate var json: JSONValue {
        ["msgtype": "image", "image": ["base64": .string(base64), "md5": .string(md5)]]
    }
}
