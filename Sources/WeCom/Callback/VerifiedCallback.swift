import Crypto
import Text

/// A callback with the proof that its signature is right: the only one that opens.
package struct VerifiedCallback: Sendable {
    /// The group of the token that signed it.
    private let tokenGroup: TokenGroup
    private let encrypted: String

    fileprivate init(_ callback: Callback, by tokenGroup: TokenGroup) {
        self.tokenGroup = tokenGroup
        encrypted = callback.encrypted
    }

    /// Opens what is inside, after every check but that of the receiver: base64, block length, padding, length field.
    ///
    /// Where apps share the token, try the next one's keys when these do not open it; keys with another token are refused as
    /// `wrongSignature`.
    package func open(with keys: CallbackKeys) throws(CallbackError) -> OpenedCiphertext {
        guard keys.tokenGroup == tokenGroup else { throw .wrongSignature }
        guard let ciphertext = Base64.decode(encrypted) else { throw .wrongBase64 }
        return try keys.messageCipher.open(ciphertext)
    }

    /// Opens the message inside, which must be sealed for `receiver`, as an app's is for its corp.
    package func open(with keys: CallbackKeys, receiver: String) throws(CallbackError) -> [UInt8] {
        try open(with: keys).message(for: receiver)
    }
}

extension CallbackKeys {
    /// `callback` with the proof that this token signed it; nil when it did not. Takes the same time whatever the
    /// signature.
    package func verified(_ callback: Callback) -> VerifiedCallback? {
        let right = callback.signed.bytes(under: token)
        guard constantTimeEquals(right.hex, Array(callback.signature.utf8)) else { return nil }
        return VerifiedCallback(callback, by: tokenGroup)
    }
}
