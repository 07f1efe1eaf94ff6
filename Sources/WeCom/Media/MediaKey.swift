import Crypto
import Text

/// The key of files that an AI bot is sent: that of its callbacks, or one that came with the file's address.
///
/// A file is sealed as it is, with nothing before and nothing behind it but padding.
package struct MediaKey: Sendable {
    private let cipher: PaddedCipher

    init(_ cipher: PaddedCipher) { self.cipher = cipher }

    /// Takes an `aeskey` in base64, with its padding or without: WeCom sends both.
    package init(_ aeskey: Secret) throws(MediaKeyError) {
        let text = aeskey.bytes
        let endsInPadding = text.withSpan { $0.count == 44 && $0[43] == UInt8(ascii: "=") }
        let digits = endsInPadding ? text.prefix(CallbackKeys.encodedKeyLength) : text
        guard digits.count == CallbackKeys.encodedKeyLength, let key = Base64.decodeUnpadded(digits) else {
            throw .wrongKey
        }
        cipher = PaddedCipher(key: key)
    }

    /// Opens a whole file as it was fetched.
    package func open(_ ciphertext: [UInt8]) throws(MediaKeyError) -> [UInt8] {
        do throws(PaddedCipher.Fault) {
            return try cipher.open(ciphertext)
        } catch {
            switch error {
            case .length: throw .cutShort
            case .padding: throw .doesNotFit
            }
        }
    }

    /// Seals a file as WeCom does.
    package func seal(_ file: [UInt8]) -> [UInt8] { cipher.seal(file) }
}

extension CallbackKeys {
    /// The key of what is in callbacks that these keys open.
    package var mediaKey: MediaKey { MediaKey(cipher) }
}

/// The reason why a file that a bot was sent cannot be read.
package enum MediaKeyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The `aeskey` is not 32 bytes in base64.
    case wrongKey
    /// The file is empty, or not whole blocks: not all of it came, or it is something else.
    case cutShort
    /// The file was sealed with another key, or was changed.
    case doesNotFit

    package var description: String {
        switch self {
        case .wrongKey: "the file's key is not 32 bytes in base64"
        case .cutShort: "the file is not whole AES blocks: it came in part, or is not what WeCom sealed"
        case .doesNotFit: "the file does not open with its key"
        }
    }
}

extension MediaKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<media key>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
