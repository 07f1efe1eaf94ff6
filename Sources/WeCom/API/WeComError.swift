package import HTTP
package import System

/// The reason why a call to WeCom's API came to nothing.
package enum WeComError: Error, Sendable, Equatable {
    case transport(HTTPTransportError)
    /// An answer that is not WeCom's: another status, or no JSON.
    case unreadable(status: HTTPStatus, reason: String)
    /// WeCom's own no. `message` is for people and may name our address; it holds no secret of ours.
    case refused(ErrorCode, message: String)
    /// WeCom took the message and delivered it to nobody.
    case invalidRecipient(UserID)
    /// There is no token to make the call with, and asking for one came to this. Nothing of the call itself went out.
    indirect case noToken(WeComError)
    /// A token that was fetched for the call is refused like the one before it: the call came to this.
    indirect case tokenRefused(WeComError)
    /// No token, and too early to ask for one again after the last failure.
    case holdingBack(after: String)
    /// A file of ours could not be read or written.
    case file(FileError)
    /// A file of WeCom's has more bytes than we take.
    case tooLarge(limit: Int)

    /// True if WeCom may have carried the call out although we do not know it.
    package var isAmbiguous: Bool {
        switch self {
        case .transport(.unanswered), .transport(.bodyTooLarge), .transport(.cancelled): true
        case .transport(.notSent), .transport(.notAllowed), .refused, .invalidRecipient, .noToken, .holdingBack, .file,
            .tooLarge:
            false
        case .tokenRefused(let error): error.isAmbiguous
        case .unreadable(let status, _): status.isSuccess || status.code >= 500
        }
    }

    /// True if the same call may work later.
    package var isTransient: Bool {
        switch self {
        // An app whose secret is wrong sends nothing, and loses nothing either: it goes when that is mended.
        case .transport, .noToken, .tokenRefused, .holdingBack, .unreadable: true
        case .refused(let code, _): code.handling != .giveUp && code.handling != .dropRecipient
        case .invalidRecipient, .file, .tooLarge: false
        }
    }
}

extension WeComError {
    /// True if the call is worth repeating with a fresh token. WeCom says so with a code, what stands in its place perhaps
    /// with a status.
    var doubtsToken: Bool {
        switch self {
        case .refused(let code, _): code.doubtsToken
        case .unreadable(let status, _): status == .unauthorized
        default: false
        }
    }

    /// Our own stop broke the call off.
    package var isCancellation: Bool { self == .transport(.cancelled) || self == .noToken(.transport(.cancelled)) }
}

extension WeComError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .transport(let error): error.description
        case .unreadable(let status, let reason): "an answer that is not WeCom's: \(status), \(reason)"
        case .refused(let code, let message):
            "WeCom refused with errcode \(code), \(code.meaning): \(code.advice(after: message))"
                + (message.isEmpty || code.kind == nil ? "" : " (in WeCom's words: \(message))")
        case .invalidRecipient(let user):
            "WeCom knows no user \(user) whom this app may write to: check the app's visible range, and licences"
        case .noToken(let error): "no access token: \(error)"
        case .tokenRefused(let error): "every access token is refused, even a fresh one: \(error)"
        case .file(let error): error.description
        case .tooLarge(let limit): "the file has more than the \(limit) bytes that are taken"
        case .holdingBack(let reason): "no access token, asked not long ago: \(reason)"
        }
    }
}
