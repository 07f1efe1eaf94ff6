package import HTTP
import Text

extension Callback {
    /// A posted callback: signature, time and nonce are in the query, the ciphertext is in the body's envelope.
    package init(query: Query, envelope: Envelope) throws(CallbackError) {
        try self.init(query: query, encrypted: envelope.encrypted)
    }

    /// The request by which WeCom verifies a URL when an administrator saves it: the ciphertext is `echostr`.
    ///
    /// A space there was a `+` before some form decoder touched it: base64 has no spaces, so it is put back.
    package init(verification query: Query) throws(CallbackError) {
        let echo = try query.required("echostr")
        let repaired = echo.utf8.map { $0 == UInt8(ascii: " ") ? UInt8(ascii: "+") : $0 }
        try self.init(query: query, encrypted: String(decoding: repaired, as: UTF8.self))
    }

    private init(query: Query, encrypted: String) throws(CallbackError) {
        self.init(
            signature: try query.signature,
            timestamp: try query.required("timestamp"),
            nonce: try query.required("nonce"),
            encrypted: encrypted
        )
    }

    /// The query to post this with, as WeCom writes it.
    package var query: String {
        "msg_signature=\(signature)&timestamp=\(percentEncoded(timestamp))&nonce=\(percentEncoded(nonce))"
    }

    /// The query to verify a URL with.
    package var verificationQuery: String { query + "&echostr=" + percentEncoded(encrypted) }
}

extension Query {
    /// WeCom writes `msg_signature`; what stands between it and us may know the name of its other products better.
    fileprivate var signature: String {
        get throws(CallbackError) {
            for name in ["msg_signature", "msgsignature", "signature"] {
                if let value = self[name], !value.isEmpty { return value }
            }
            throw .missingParameter("msg_signature")
        }
    }

    fileprivate func required(_ name: String) throws(CallbackError) -> String {
        guard let value = self[name], !value.isEmpty else { throw .missingParameter(name) }
        return value
    }
}
