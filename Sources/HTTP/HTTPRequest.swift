/// A request, whole: as the server hands it over, as the client is given it.
package struct HTTPRequest: Sendable {
    package var method: HTTPMethod
    /// Origin-form as received (`/path?query`), or an absolute URL for a client.
    package var target: String
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The other end of the connection, if it has an address: set by servers.
    package var peer: IPAddress?
    /// The body that is too large to be held, in place of `body`: set by clients.
    package var source: (any HTTPBodySource)?

    package init(
        _ method: HTTPMethod,
        _ target: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The target up to its query, as received: nothing decoded, nothing normalised.
    package var path: Substring { target[..<(target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex)] }

    /// The parameters behind the `?`, decoded exactly once.
    package var query: Query {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return Query("") }
        return Query(target[target.utf8.index(after: mark)...])
    }
}

package struct HTTPMethod: Sendable, Hashable, CustomStringConvertible {
    package let text: String
    package init(_ text: String) { self.text = text }
    package var description: String { text }

    package static let get = HTTPMethod("GET")
    package static let head = HTTPMethod("HEAD")
    package static let post = HTTPMethod("POST")
    package static let put = HTTPMethod("PUT")
    package static let delete = HTTPMethod("DELETE")
    package static let options = HTTPMethod("OPTIONS")
}
