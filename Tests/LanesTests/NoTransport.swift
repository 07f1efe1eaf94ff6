import HTTP

/// Leads nowhere.
struct NoTransport: HTTPTransport {
    func send(_ request: HTTPRequest, _ options: HTTPRequestOptions) async throws(HTTPTransportError) -> HTTPResponse {
        throw .notSent("there is no network here")
    }

    func stream(
        _ request: HTTPRequest,
        _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse {
        throw .notSent("there is no network here")
    }
}
