import HTTP

/// Gathers an answer and hands it over at its end.
///
/// `expect` comes before the transfer is handed over; after that only the connections' thread touches it.
@safe final class WholeAnswer: Answer, @unchecked Sendable {
    typealias Result = Swift.Result<HTTPResponse, HTTPTransportError>

    private var continuation: CheckedContinuation<Result, Never>?
    private var head = HTTPAnswerHead()
    private var body: [UInt8] = []

    func expect(_ continuation: CheckedContinuation<Result, Never>) { self.continuation = continuation }

    func begin(_ head: HTTPAnswerHead) { self.head = head }

    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe body.append(contentsOf: bytes)
        return true
    }

    func end(_ failure: HTTPTransportError?) {
        let response = HTTPResponse(head.status, headers: head.headers, body: .whole(body))
        continuation?.resume(returning: failure.map(Result.failure) ?? .success(response))
        continuation = nil
    }
}
