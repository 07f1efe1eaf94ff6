import HTTP

/// The hindrance of a request, as far as the transport's words tell. They only choose what to advise: the words themselves
/// are told as well.
enum Hindrance {
    /// DNS does not know the host.
    case name
    case proxy
    /// TLS failed, as over a certificate.
    case trust
    case time
    /// The address does not listen, or hangs up.
    case connection

    init(_ failure: HTTPTransportError, throughProxy: Bool) {
        let words = failure.reason.lowercased()
        func tells(_ signs: String...) -> Bool { signs.contains { words.contains($0) } }
        let isNameless = tells("resolve", "resolving")
        if throughProxy, tells("proxy", "tunnel", "socks") {
            self = .proxy
        } else if isNameless {
            self = .name
        } else if tells("ssl", "tls", "certificate") {
            self = .trust
        } else if tells("timeout", "timed out") {
            self = .time
        } else {
            self = throughProxy && failure.isBeforeRequest ? .proxy : .connection
        }
    }
}

extension HTTPTransportError {
    fileprivate var isBeforeRequest: Bool {
        switch self {
        case .notSent, .notAllowed: true
        case .unanswered, .bodyTooLarge, .cancelled: false
        }
    }

    /// The reason without the address that it begins with, whose host may be called anything.
    fileprivate var reason: String {
        switch self {
        case .notSent(let text), .unanswered(let text):
            text.firstRange(of: ": ").map { String(text[$0.upperBound...]) } ?? text
        case .notAllowed, .bodyTooLarge, .cancelled: ""
        }
    }
}
