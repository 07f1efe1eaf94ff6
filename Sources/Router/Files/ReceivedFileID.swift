import Crypto
import Text

/// Names a file that a person sent by the message that it came with: it is the same file in whatever job that message is.
package struct ReceivedFileID: Sendable, Hashable, CustomStringConvertible {
    /// Fit for the name of a folder. It tells neither who sent the file nor where it can be fetched.
    package let text: String

    /// The file that came as the one of that number with a message to `endpoint`.
    init(_ number: Int, with messageID: String, to endpoint: Endpoint) {
        let bot = sha256(Array("\(endpoint)".utf8)).hexText.prefix(ReceivedFileID.shareLength)
        let file = sha256(Array("\(endpoint)\n\(messageID)\n\(number)".utf8)).hexText.prefix(32)
        text = "\(bot)-\(file)"
    }

    /// Reads what `text` wrote; nil for anything else.
    init?(_ text: String) {
        let digits = text.utf8.filter { (48...57).contains($0) || (97...102).contains($0) }
        guard text.utf8.count == ReceivedFileID.shareLength + 33, digits.count == ReceivedFileID.shareLength + 32,
            text.utf8.dropFirst(ReceivedFileID.shareLength).first == UInt8(ascii: "-")
        else { return nil }
        self.text = text
    }

    /// The same for all files that were sent to one bot.
    var share: String { String(text.prefix(ReceivedFileID.shareLength)) }

    private static let shareLength = 16

    package var description: String { text }
}

/// A file that came with a message.
package struct SentFile: Sendable {
    package let media: SentMedia
    package let endpoint: Endpoint
    /// The name under which it is kept until a turn wants it; nil of what can as well be fetched when one does.
    package let id: ReceivedFileID?
}

extension AcceptedMessage {
    /// The files that came with it, in their order.
    package func files(to endpoint: Endpoint) -> [SentFile] {
        media.enumerated().map { index, media in
            let kept = media.source.life == nil ? nil : messageID
            return SentFile(
                media: media, endpoint: endpoint,
                id: kept.map { ReceivedFileID(index + 1, with: $0, to: endpoint) })
        }
    }
}

extension SentMedia.Source {
    /// The time for which WeCom gives it, where a turn may begin only later than that.
    var life: Duration? {
        switch self {
        case .kept: nil
        case .sealed: SentMedia.Source.sealedLife
        }
    }

    static let sealedLife = Duration.seconds(300)
}
