/// A response: its head, and a body that is whole, is written as it comes, or gives way to another protocol.
package struct HTTPResponse: Sendable {
    package enum Body: Sendable {
        case whole([UInt8])
        /// Written piece by piece while the client keeps up; the response ends when the closure returns.
        case streamed(@Sendable (any HTTPBodyWriter) async throws -> Void)
        /// After a 101 the connection belongs to the closure, until it returns.
        case upgraded(@Sendable (any HTTPUpgradedConnection) async -> Void)
    }

    /// The proof that a request has given of its sender, which decides how much more it may cost.
    package enum Proof: Sendable {
        /// Anybody can send this.
        case none
        /// It was refused, which took so long.
        case failed(after: Duration)
        /// Only somebody who knows a secret could send it.
        case given
    }

    package var status: HTTPStatus
    package var headers: HTTPHeaders
    package var body: Body
    package var proof = Proof.none

    package init(_ status: HTTPStatus, headers: HTTPHeaders = [:], body: Body = .whole([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The bytes of a body that is whole; empty for the others.
    package var bytes: [UInt8] {
        if case .whole(let bytes) = body { bytes } else { [] }
    }

    package static func text(_ status: HTTPStatus, _ text: some StringProtocol) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: .whole(Array(text.utf8)))
    }

    package static func json(_ status: HTTPStatus, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(status, headers: ["Content-Type": "application/json"], body: .whole(bytes))
    }

    /// Switches to `name`; the closure gets the connection once the 101 is on its way.
    package static func upgrade(
        to name: String,
        headers: HTTPHeaders = [:],
        _ run: @escaping @Sendable (any HTTPUpgradedConnection) async -> Void
    ) -> HTTPResponse {
        var headers = headers
        headers["Upgrade"] = name
        return HTTPResponse(.switchingProtocols, headers: headers, body: .upgraded(run))
    }
}

/// Takes the pieces of a streamed body. `write` returns when the client has room for more and throws when it is gone.
package protocol HTTPBodyWriter: Sendable {
    func write(_ bytes: [UInt8]) async throws
}

/// A connection that has left HTTP behind.
package protocol HTTPUpgradedConnection: Sendable {
    /// The bytes that came next; nil once the client has finished sending. One read at a time; cancelling its task ends
    /// it and loses nothing.
    func read() async throws -> [UInt8]?
    func write(_ bytes: [UInt8]) async throws
}

/// The connection is gone, whoever closed it.
package struct HTTPConnectionClosed: Error, CustomStringConvertible {
    package init() {}
    package var description: String { "the connection is closed" }
}

package struct HTTPStatus: Sendable, Hashable, CustomStringConvertible {
    package let code: Int
    package init(_ code: Int) { self.code = code }

    package var isSuccess: Bool { (200...299).contains(code) }
    package var description: String { "\(code) \(reason)" }

    package static let switchingProtocols = HTTPStatus(101)
    package static let ok = HTTPStatus(200)
    package static let accepted = HTTPStatus(202)
    package static let noContent = HTTPStatus(204)
    package static let partialContent = HTTPStatus(206)
    package static let badRequest = HTTPStatus(400)
    package static let unauthorized = HTTPStatus(401)
    package static let forbidden = HTTPStatus(403)
    package static let notFound = HTTPStatus(404)
    package static let methodNotAllowed = HTTPStatus(405)
    package static let requestTimeout = HTTPStatus(408)
    package static let conflict = HTTPStatus(409)
    package static let gone = HTTPStatus(410)
    package static let contentTooLarge = HTTPStatus(413)
    package static let unsupportedMediaType = HTTPStatus(415)
    package static let expectationFailed = HTTPStatus(417)
    package static let misdirectedRequest = HTTPStatus(421)
    package static let unprocessableContent = HTTPStatus(422)
    package static let upgradeRequired = HTTPStatus(426)
    package static let tooManyRequests = HTTPStatus(429)
    package static let headersTooLarge = HTTPStatus(431)
    package static let notImplemented = HTTPStatus(501)
    package static let serviceUnavailable = HTTPStatus(503)
    package static let versionNotSupported = HTTPStatus(505)

    package var reason: String {
        switch code {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}
