package import HTTP
import Router
package import System
package import WeCom

/// A callback that was refused, and those like it: of the same app, for the same reason, from the same place.
package struct RefusedCallback: Sendable {
    /// The reason, as far as it was known when the callback came. A second look may know better: `explanation(among:)`.
    package enum Reason: String, Sendable, CaseIterable {
        /// No token that may be meant signed it.
        case token
        /// The token is right, and the EncodingAESKey opens nothing.
        case key
        /// It is sealed for another corp, or for somebody else.
        case corp
        /// It is meant for another app than the one of its path or its keys.
        case anotherApp = "another_app"
        /// It is older than messages may be.
        case age
        /// A proxy has dropped or changed a part of its query.
        case query
        /// No app or bot goes by its path.
        case path
        /// It does not say for whom it is, and too many such came.
        case hint
        /// It is no callback, or holds no message.
        case malformed
        case size
        /// It comes from an address that is not allowed.
        case source
    }

    /// The way in that it came by.
    package enum Door: String, Sendable { case app, bot }

    package let reason: Reason
    package let door: Door
    /// The app or bot that it names, or whose keys signed it; its name in the configuration.
    package let app: String?
    /// The corp that it names outside, where nobody has signed it.
    package let corp: CorpID?
    /// WeCom's console asked, as it does when an administrator presses Save.
    package let isVerification: Bool
    package let address: IPAddress?
    /// The words of the refusal, as the log has them.
    package let refusal: String
    package internal(set) var firstAt: Timestamp
    package internal(set) var lastAt: Timestamp
    package internal(set) var count: Int
    /// The last of them, for a second look; nil where it was too large to be kept.
    let request: HTTPRequest?
}

extension RefusedCallback.Reason {
    init(_ refusal: CallbackRefusal) {
        self =
            switch refusal {
            case .unopened(let error, _, _): RefusedCallback.Reason(error)
            case .wrongApp: .anotherApp
            case .tooOld: .age
            case .unreadable: .malformed
            case .foreignSource: .source
            case .unknownApp: .path
            case .notSearched: .hint
            case .tooLarge: .size
            }
    }

    private init(_ error: CallbackError) {
        self =
            switch error {
            case .missingParameter: .query
            case .wrongSignature: .token
            case .wrongPadding, .wrongPlaintext: .key
            case .wrongReceiver: .corp
            case .unreadableEnvelope, .wrongBase64, .wrongLength, .notForEcho: .malformed
            }
    }
}
