/// Carries requests to other people's servers.
package protocol HTTPTransport: Sendable {
    /// Sends one request and returns the answer with its body whole. Cancelling the task closes the connection.
    func send(_ request: HTTPRequest, _ options: HTTPRequestOptions) async throws(HTTPTransportError) -> HTTPResponse

    /// Sends one request and returns as soon as the answer's head is there; the body comes as it is read.
    func stream(
        _ request: HTTPRequest,
        _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse
}

/// The limits of one request.
package struct HTTPRequestOptions: Sendable {
    package var connectTimeout: Duration = .seconds(10)
    /// From the call, waiting for a free place included, to the answer's last byte; nil for a stream that may go on.
    package var totalTimeout: Duration? = .seconds(30)
    /// The longest silence of the server once the request begins; a reader that holds it back does not count.
    package var idleTimeout: Duration?
    /// Bytes of an answer's body, streamed or whole.
    package var maxBodySize = 1 << 20
    /// `http://`, `https://`, `socks5://` or `socks5h://` with optional credentials; nil goes direct, whatever the
    /// environment says.
    package var proxy: String?
    /// A PEM file of the authorities to trust instead of the transport's own.
    package var caFile: String?
    /// Says whether an address may be connected to; nil for any. It is asked with the address itself, once the name is
    /// resolved and before anything is sent, and the connection serves this request alone. Not asked of a proxy's address.
    package var mayConnect: (@Sendable (IPAddress) -> Bool)?
    /// The path of a local socket to connect to, whatever host the URL names.
    package var unixSocket: String?

    package init() {}
}

/// The head of an answer and the body that follows.
package struct HTTPStreamedResponse: Sendable {
    package let status: HTTPStatus
    package let headers: HTTPHeaders
    package let body: any HTTPBodyReader

    package init(status: HTTPStatus, headers: HTTPHeaders, body: any HTTPBodyReader) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The body of an answer as it arrives. Reading slowly slows the sender.
package protocol HTTPBodyReader: Sendable {
    /// The next bytes, split anywhere; nil at the end. One task reads; letting go of the body closes the connection.
    func next() async throws(HTTPTransportError) -> [UInt8]?
}

/// The reason why there is no answer, told apart by what the caller may do.
package enum HTTPTransportError: Error, Sendable, Equatable {
    /// The request has not reached the server, and may be sent again.
    case notSent(String)
    /// The server is at an address to which `mayConnect` says no. Nothing of the request reached it.
    case notAllowed(address: String)
    /// The request went out, wholly or in part, and no answer came back: the server may have acted on it.
    case unanswered(String)
    case bodyTooLarge(limit: Int)
    case cancelled
}

extension HTTPTransportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSent(let reason): "the request was not sent: \(reason)"
        case .notAllowed(let address): "the request was not sent: \(address) may not be connected to"
        case .unanswered(let reason): "no answer: \(reason)"
        case .bodyTooLarge(let limit): "the answer is larger than \(limit) bytes"
        case .cancelled: "cancelled"
        }
    }
}
