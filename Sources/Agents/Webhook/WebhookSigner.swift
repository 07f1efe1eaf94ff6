import Crypto
import HTTP
import System
import WeCom

/// Signs requests, so that their receiver knows who sent them, when, and that nobody changed them.
struct WebhookSigner: Sendable {
    /// The first is the one in force.
    let secrets: [Secret]

    /// The headers of a message: one signature for each secret.
    func headers(for body: [UInt8], id: String, at now: Timestamp) -> HTTPHeaders {
        let signed = Array("\(id).\(now.seconds).".utf8) + body
        let signatures = secrets.map { secret in
            "v1," + Base64.encode(hmacSHA256(signed, key: SecretBytes(secret.reveal().utf8)))
        }
        return [
            "webhook-id": id, "webhook-timestamp": "\(now.seconds)",
            "webhook-signature": signatures.joined(separator: " "),
        ]
    }
}
