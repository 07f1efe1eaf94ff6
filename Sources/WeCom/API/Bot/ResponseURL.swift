package import HTTP
import JSON
import Text

/// The address at which a bot may answer a message once, within an hour, checked before anything goes there.
///
/// It came with what a stranger said, so nothing is posted anywhere else than where WeCom takes such answers.
package struct ResponseURL: Sendable, Equatable {
    let text: Secret

    /// The path under which WeCom's API takes answers.
    package static let path = "/cgi-bin/aibot/response"
    /// The address at WeCom itself; a private deployment has its own.
    package static let official = AppCredentials.publicAPI + path

    /// Checks that `url` is `allowed` with a query: the same scheme, host, port and path.
    package init(_ url: Secret, allowed: String = official) throws(ResponseURLFault) {
        let text = url.reveal()
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .noURL }
        guard let place = Place(text), let right = Place(allowed) else { throw .noURL }
        guard place == right else { throw .elsewhere(host: place.shownAuthority, allowed: allowed) }
        self.text = url
    }

    /// The request that says it there. It bears no token: the address is enough.
    package func request(posting reply: BotReply) -> HTTPRequest {
        HTTPRequest(
            .post, text.reveal(), headers: ["Content-Type": "application/json"], body: reply.json.bytes)
    }
}

/// The reason why nothing may be posted to a response URL.
package enum ResponseURLFault: Error, Sendable, Equatable, CustomStringConvertible {
    case noURL
    /// It leads to another host, or another place there.
    case elsewhere(host: String, allowed: String)

    package var description: String {
        switch self {
        case .noURL: "the response_url is no URL that anything may be posted to"
        case .elsewhere(let host, let allowed):
            "the response_url leads to \(host), and only \(allowed) is posted to"
        }
    }
}

/// A URL up to its query.
private struct Place: Equatable {
    private let scheme: String
    private let authority: String
    private let path: String

    /// Nil for anything but a scheme, a host and a path. What a reader of URLs might take another way is none.
    init?(_ text: String) {
        guard let (scheme, rest) = text.cut(around: "://") else { return nil }
        let strange = Array("\\#@%".utf8)
        let start = rest.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard !start.contains(where: { strange.contains($0) }), !text.utf8.contains(UInt8(ascii: "#")) else {
            return nil
        }
        let authority = start.prefix { $0 != UInt8(ascii: "/") }
        self.scheme = String(scheme).lowercasedASCII
        self.authority = String(Substring(authority)).lowercasedASCII
        path = String(Substring(start.dropFirst(authority.count)))
        guard !authority.isEmpty, self.scheme == "https" || self.scheme == "http" else { return nil }
    }

    /// The host and the port, as far as a log should have them.
    var shownAuthority: String { authority.shortened }

    static func == (a: Place, b: Place) -> Bool {
        a.scheme.isSame(as: b.scheme) && a.authority.isSame(as: b.authority) && a.path.isSame(as: b.path)
    }
}
