import HTTP
import System

/// A transport for questions that all have to be answered by one time, however many they are.
struct BoundedTransport: HTTPTransport {
    let transport: any HTTPTransport
    let deadline: MonotonicTime

    func send(_ request: HTTPRequest, _ options: HTTPRequestOptions) async throws(HTTPTransportError) -> HTTPResponse {
        try await transport.send(request, try bounded(options))
    }

    func stream(
        _ request: HTTPRequest, _ options: HTTPRequestOptions
    ) async throws(HTTPTransportError) -> HTTPStreamedResponse {
        try await transport.stream(request, try bounded(options))
    }

    private func bounded(_ options: HTTPRequestOptions) throws(HTTPTransportError) -> HTTPRequestOptions {
        let left = deadline.since(.now)
        guard left > .zero else { throw .notSent("timeout: earlier calls took all the time there was") }
        var options = options
        options.totalTimeout = min(options.totalTimeout ?? left, left)
        return options
    }
}
