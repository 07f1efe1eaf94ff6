package import XML

/// The reason why a callback was not opened, each case a thing its receiver or operator can act on.
package enum CallbackError: Error, Sendable, Equatable {
    /// The query lacks it: whoever calls is not WeCom, or a proxy drops the query.
    case missingParameter(String)
    /// The body holds no ciphertext: it is not what WeCom posts.
    case unreadableEnvelope(XMLError?)
    /// Not signed with this token: forged, altered on the way, or meant for another app.
    case wrongSignature
    /// The ciphertext is no base64: altered before it was signed, which WeCom does not do.
    case wrongBase64
    /// The ciphertext is not whole blocks.
    case wrongLength
    /// The plaintext does not end in padding: almost always the wrong EncodingAESKey beside the right token.
    case wrongPadding
    /// The plaintext is shorter than it says.
    case wrongPlaintext
    /// Sealed for another corp, suite or bot than the one configured.
    case wrongReceiver
    /// Offered for URL verification, but it is a message that somebody wants decrypted.
    case notForEcho

    /// 400 to what is no callback at all, 403 to what is not a callback of ours.
    package var status: Int {
        switch self {
        case .missingParameter, .unreadableEnvelope, .wrongBase64: 400
        case .wrongSignature, .wrongLength, .wrongPadding, .wrongPlaintext, .wrongReceiver, .notForEcho: 403
        }
    }

    /// The code WeCom's own library has for it, which operators search for.
    package var vendorCode: Int? {
        switch self {
        case .missingParameter, .notForEcho: nil
        case .wrongSignature: -40001
        case .unreadableEnvelope: -40002
        case .wrongReceiver: -40005
        case .wrongLength: -40007
        case .wrongPadding, .wrongPlaintext: -40008
        case .wrongBase64: -40010
        }
    }
}

extension CallbackError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missingParameter(let name): "the query has no \(name)"
        case .unreadableEnvelope(let error?): "the body is no envelope: \(error)"
        case .unreadableEnvelope(nil): "the body is an envelope without Encrypt, or no envelope"
        case .wrongSignature: "the signature is not made with this token"
        case .wrongBase64: "the ciphertext is not base64"
        case .wrongLength: "the ciphertext is not whole AES blocks"
        case .wrongPadding: "the ciphertext opens to nothing sensible: compare the EncodingAESKey"
        case .wrongPlaintext: "the ciphertext opens to less than it says it holds: compare the EncodingAESKey"
        case .wrongReceiver:
            "the callback is sealed for somebody else: compare the corp_id of the app, or the receive_id of the bot"
        case .notForEcho: "the echo text of a URL verification is a message"
        }
    }
}
