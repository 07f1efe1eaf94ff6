import Crypto

/// The two keys an app or an AI bot shares with WeCom for its callbacks: the token signs, the AES key seals.
package struct CallbackKeys: Sendable {
    /// Apps of one group have the same token, so one signature check serves them all.
    package let tokenGroup: TokenGroup

    let token: Secret
    let cipher: PaddedCipher
    var messageCipher: MessageCipher { MessageCipher(cipher) }

    /// Takes the token and the 43 characters of the EncodingAESKey as the page of the app or bot shows them.
    package init(token: Secret, encodingAESKey: Secret) throws(CallbackKeysError) {
        guard !token.isEmpty else { throw .emptyToken }
        let key = encodingAESKey.bytes
        guard key.count == Self.encodedKeyLength else { throw .wrongKeyLength(key.count) }
        guard let decoded = Base64.decodeUnpadded(key) else {
            throw .wrongKeyCharacter(position: firstWrongPosition(in: key))
        }
        self.token = token
        cipher = PaddedCipher(key: decoded)
        tokenGroup = TokenGroup(of: token)
    }

    /// 256 bits in base64 without its `=`.
    static let encodedKeyLength = 43
}

/// Counted from 1, as a person does who looks at the key.
private func firstWrongPosition(in key: SecretBytes) -> Int {
    key.withSpan { key in
        for index in key.indices where !Base64.isDigit(key[index]) { return index + 1 }
        return 0
    }
}

extension CallbackKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<callback keys>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
