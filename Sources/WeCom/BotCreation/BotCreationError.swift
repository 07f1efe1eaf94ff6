package import HTTP

/// The reason why no bot comes of a code.
package enum BotCreationError: Error, Sendable, Equatable {
    case transport(HTTPTransportError)
    case status(HTTPStatus)
    /// WeCom's own no.
    case refused(ErrorCode, String)
    /// An answer that is none of those known. It is not repeated: it may hold a secret.
    case unreadable(String)

    /// The next question may be answered.
    package var isTransient: Bool {
        switch self {
        case .transport: true
        case .status(let status): status.code >= 500
        case .refused, .unreadable: false
        }
    }
}

extension BotCreationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .transport(let failure): "WeCom's page for codes cannot be reached: \(failure)"
        case .status(let status): "WeCom's page for codes answers \(status)"
        case .refused(let code, let message):
            "WeCom's page for codes refuses: errcode \(code)\(message.isEmpty ? "" : ", in its words: \(message)")"
        case .unreadable(let reason):
            "WeCom's page for codes answers otherwise than it did when this was written: \(reason)"
        }
    }
}
