import Crypto
import System
import Text
package import WeCom

/// The key by which two callbacks are the same message.
///
/// WeCom's MsgId to an app alone collides between users, and events have none: the digest covers app, user and MsgId, or
/// the whole document where there is no MsgId. A bot's is its own, also of events. The stamp grows with time, so that
/// inserts into the index arrive nearly in order, unless a copy would have another.
package struct DedupKey: Sendable, Hashable {
    package let stamp: Int64
    /// 16 bytes.
    package let digest: [UInt8]

    package init(stamp: Int64, digest: [UInt8]) {
        self.stamp = stamp
        self.digest = digest
    }

    package init(of message: InboundMessage, document: [UInt8], to endpoint: Endpoint) {
        if case .bot = endpoint, let id = message.messageID {
            // The time is that of the receipt: a copy has another.
            stamp = message.messageNumber.map { Int64(truncatingIfNeeded: $0) } ?? DedupKey.timeless
            digest = truncatedDigest("\(endpoint)\n\(id)".utf8)
        } else if let id = message.messageID, let user = message.from {
            stamp = message.messageNumber.map { Int64(truncatingIfNeeded: $0) } ?? message.createTime.seconds
            digest = truncatedDigest("\(endpoint)\n\(user.folded)\n\(id)".utf8)
        } else {
            stamp = message.createTime.seconds
            digest = truncatedDigest(Array("\(endpoint)\n".utf8) + document)
        }
    }

    /// The id of the stream by which a bot's message of this key is answered: the same for each copy of it.
    package var streamID: String { digest.hexText }

    /// The stamp of what has neither a number nor a time of its own. No MsgId that anybody has seen is the same.
    private static let timeless = Int64.min + 1

    /// The key of a refusal that is not an effect: the message may still be accepted when it comes again.
    var ofRefusal: DedupKey { DedupKey(stamp: stamp, digest: truncatedDigest(Array("refusal\n".utf8) + digest)) }
}

private func truncatedDigest(_ bytes: some Collection<UInt8>) -> [UInt8] {
    Array(sha256(Array(bytes)).prefix(16))
}
