import Crypto
import System
import Text
package import WeCom

/// The key by which two callbacks are the same message.
///
/// WeCom's MsgId alone collides between users, and events have none: the digest covers app or bot, user and MsgId, or the whole
/// document where there is no MsgId. The stamp grows with time, so that inserts into the index arrive nearly in order.
package struct DedupKey: Sendable, Hashable {
    package let stamp: Int64
    /// 16 bytes.
    package let digest: [UInt8]

    package init(stamp: Int64, digest: [UInt8]) {
        self.stamp = stamp
        self.digest = digest
    }

    package init(of message: InboundMessage, document: [UInt8], to endpoint: Endpoint) {
        if let id = message.messageID, let user = message.from {
            // A bot's ids are no numbers, and for want of a time of its own its message bears that of its arrival, which is
            // another for each repeat.
            stamp =
                endpoint.bot != nil
                ? 0 : message.messageNumber.map { Int64(truncatingIfNeeded: $0) } ?? message.createTime.seconds
            digest = truncatedDigest("\(endpoint)\n\(user.folded)\n\(id)".utf8)
        } else {
            stamp = message.createTime.seconds
            digest = truncatedDigest(Array("\(endpoint)\n".utf8) + document)
        }
    }

    /// The id of the stream by which a bot's message of this key is answered: the same for each copy of it.
    package var streamID: String { digest.hexText }

    /// The key of a refusal that is not an effect: the message may still be accepted when it comes again.
    var ofRefusal: DedupKey { DedupKey(stamp: stamp, digest: truncatedDigest(Array("refusal\n".utf8) + digest)) }
}

private func truncatedDigest(_ bytes: some Collection<UInt8>) -> [UInt8] {
    Array(sha256(Array(bytes)).prefix(16))
}
