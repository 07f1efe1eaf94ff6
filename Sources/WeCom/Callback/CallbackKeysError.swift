/// A fault in the keys of an app or a bot, which tells no character of them.
package enum CallbackKeysError: Error, Sendable, Equatable {
    /// Without a token anybody can sign.
    case emptyToken
    case wrongKeyLength(Int)
    /// Neither letter nor digit; the position counts from 1.
    case wrongKeyCharacter(position: Int)

    /// The code WeCom's own library has for it.
    package var vendorCode: Int? {
        switch self {
        case .emptyToken: nil
        case .wrongKeyLength, .wrongKeyCharacter: -40004
        }
    }
}

extension CallbackKeysError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyToken:
            "the token is empty: copy it from the page of the app or bot, 接收消息 (receive messages)"
        case .wrongKeyLength(let length):
            "the EncodingAESKey has \(length) characters instead of 43: copy it whole from the page of the app or bot"
        case .wrongKeyCharacter(let position):
            "the EncodingAESKey has something other than a letter or digit at character \(position)"
        }
    }
}
