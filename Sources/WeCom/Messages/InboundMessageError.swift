package import JSON
package import XML

/// The reason why a decrypted document is no message. It was genuine, so this is for a log, never for the sender.
package enum InboundMessageError: Error, Sendable, Equatable {
    case unreadable(XMLError)
    case notJSON(JSONError)
    /// An element or member that every document of WeCom has is missing or senseless.
    case missing(String)
    /// An element that says whose the document is, or who sent it, stands there and says nothing that can be read: an app's
    /// number that is none, or two elements that differ. To pass over it would be to guess.
    case unclear(String)
    /// Another kind of JSON; `wanted` with its article.
    case wrongKind(String, wanted: String)
    case tooLong(String, limit: Int)
    /// A message that no person has sent: there is no one to answer.
    case fromNobody
}

extension InboundMessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let error): "the document cannot be read: \(error)"
        case .missing(let name): "the document has no usable \(name)"
        case .notJSON(let error): "the document cannot be read: \(error)"
        case .unclear(let name): "the document has \(name) and leaves open what it is"
        case .wrongKind(let name, let wanted): "the document has \(name), which is not \(wanted)"
        case .tooLong(let name, let limit): "the document has \(name), which is longer than \(limit)"
        case .fromNobody: "the document is a message without a sender"
        }
    }
}
