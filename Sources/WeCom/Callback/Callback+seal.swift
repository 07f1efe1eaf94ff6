import Crypto
import Text
import XML

extension CallbackKeys {
    /// Seals and signs `message` as WeCom does, for a passive reply or to play WeCom.
    ///
    /// `random` is given by tests that compare bytes, and by nobody else.
    package func seal(
        message: [UInt8],
        receiver: String,
        timestamp: String,
        nonce: String,
        random: [UInt8] = randomBytes(16)
    ) -> Callback {
        seal(message: message, receiver: Array(receiver.utf8), timestamp: timestamp, nonce: nonce, random: random)
    }

    /// The same, for a receiver whose id is bytes that came with a callback.
    package func seal(
        message: [UInt8],
        receiver: [UInt8],
        timestamp: String,
        nonce: String,
        random: [UInt8] = randomBytes(16)
    ) -> Callback {
        let encrypted = Base64.encode(messageCipher.seal(message, for: receiver, random: random))
        let signed = Signature(timestamp: timestamp, nonce: nonce, encrypted: encrypted)
        let signature = signed.bytes(under: token).hexText
        return Callback(signature: signature, timestamp: timestamp, nonce: nonce, encrypted: encrypted)
    }
}

extension Callback {
    /// This as the body that answers a callback at once.
    package var passiveReply: [UInt8] {
        var writer = XMLWriter()
        writer.element("xml") { xml in
            xml.element("Encrypt", text: encrypted)
            xml.element("MsgSignature", text: signature)
            xml.element("TimeStamp", number: Int64(timestamp) ?? 0)
            xml.element("Nonce", text: nonce)
        }
        return writer.bytes
    }
}
