package import XML

/// The reason why a decrypted document is no message. It was genuine, so this is for a log, never for the sender.
package enum InboundMessageError: Error, Sendable, Equatable {
    case unreadable(XMLError)
    /// An element that every document of WeCom has is missing or senseless.
    case missing(String)
    /// An element that says whose the document is, or who sent it, stands there and says nothing that can be read: an app's
    /// number that is none, or two elements that differ. To pass over it would be to guess.
    case unclear(String)
}

extension InboundMessageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let error): "the decrypted document cannot be read: \(error)"
        case .missing(let name): "the decrypted document has no usable \(name)"
        case .unclear(let name): "the decrypted document has \(name) and leaves open what it is"
        }
    }
}
