import Crypto
import JSON

/// A message to be sent that answers no job.
package struct OutgoingMessage: Sendable {
    package let conversation: ConversationKey
    package let part: Part
    package let key: IdempotencyKey?

    package init(_ part: Part, in conversation: ConversationKey, key: IdempotencyKey? = nil) {
        self.part = part
        self.conversation = conversation
        self.key = key
    }

    /// 16 bytes by which a repeat of the same request is told from another under the same key.
    package var digest: [UInt8] {
        Array(sha256(Array("\(conversation)\n\(part.json.text)".utf8)).prefix(16))
    }
}
