import JSON
package import System

extension CallbackKeys {
    /// Seals and signs what answers a bot's `callback` at once. It bears the nonce of the callback.
    ///
    /// `opened` is what the callback held: the answer is for whom that was, unless a `receiver` is configured.
    package func sealReply(
        _ message: [UInt8], to callback: Callback, holding opened: OpenedCiphertext, receiver: String? = nil,
        at now: Timestamp
    ) -> Callback {
        seal(
            message: message, receiver: receiver.map { Array($0.utf8) } ?? opened.receiver,
            timestamp: String(now.seconds), nonce: callback.nonce)
    }
}

extension Callback {
    /// This as the body that answers a bot's callback at once.
    package var passiveJSONReply: [UInt8] {
        let body: JSONValue = [
            "encrypt": .string(encrypted), "msgsignature": .string(signature),
            "timestamp": .integer(Int64(timestamp) ?? 0), "nonce": .string(nonce),
        ]
        return body.bytes
    }
}
