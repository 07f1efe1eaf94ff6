/// One sealed request of WeCom: a signature and what it signs.
package struct Callback: Sendable, Equatable {
    /// 40 lower-case hex digits.
    package let signature: String
    /// Decimal seconds, kept as received because they are signed as text. Never judge freshness by it: the signed
    /// texts have no separators, so a digit may be moved between this and the nonce.
    package let timestamp: String
    package let nonce: String
    /// The ciphertext in base64, as received.
    package let encrypted: String

    let signed: Signature

    package init(signature: String, timestamp: String, nonce: String, encrypted: String) {
        self.signature = signature
        self.timestamp = timestamp
        self.nonce = nonce
        self.encrypted = encrypted
        signed = Signature(timestamp: timestamp, nonce: nonce, encrypted: encrypted)
    }

    package static func == (a: Callback, b: Callback) -> Bool {
        a.signature == b.signature && a.timestamp == b.timestamp && a.nonce == b.nonce && a.encrypted == b.encrypted
    }
}
