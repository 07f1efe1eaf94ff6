import Crypto

extension Callback {
    /// The message inside, after every check: signature, base64, block length, padding, length field, receiver.
    ///
    /// `receiver` is the CorpID for an app, empty for an AI bot. Where several apps may be meant, try the next one's
    /// keys on `wrongSignature`; there is no need to ask `verifies` first.
    package func open(with keys: CallbackKeys, receiver: String) throws(CallbackError) -> [UInt8] {
        guard keys.verifies(self) else { throw .wrongSignature }
        guard let ciphertext = Base64.decode(encrypted) else { throw .wrongBase64 }
        return try keys.cipher.open(ciphertext, for: receiver)
    }
}
