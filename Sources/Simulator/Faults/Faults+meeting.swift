import HTTP
import JSON
import Lifecycle

extension Faults {
    /// Answers a request, unless a fault was ordered for it, of which `noting` is told.
    func meeting(
        _ call: Call, isAbout: (Scope) -> Bool, noting: (Kind) -> Void = { _ in }, _ carryOut: () -> HTTPResponse
    ) async -> HTTPResponse {
        let (fault, release) = take(call, isAbout: isAbout)
        if let fault { noting(fault) }
        switch fault {
        case nil, .twice: return carryOut()
        case .slow(let delay):
            try? await Task.sleep(for: delay)
            return carryOut()
        case .errorCode(let code, let message): return .json(.ok, Refusal(code, message).json.bytes)
        case .status(let code): return .text(HTTPStatus(code), "as ordered\n")
        case .garbage: return .text(.ok, "<html>as ordered</html>")
        case .words(let words): return .text(.ok, words)
        case .gbk:
            _ = carryOut()
            return gbkAnswer
        case .redirect(let place):
            return HTTPResponse(HTTPStatus(302), headers: ["Location": place])
        case .silence:
            _ = carryOut()
            return HTTPResponse(.ok, body: .streamed { _ in throw HTTPConnectionClosed() })
        case .truncated: return halved(carryOut()) { throw HTTPConnectionClosed() }
        case .slowBody(let signpost): return halved(carryOut()) { await signpost.wait() }
        case .hang:
            await release.wait()
            return .text(.serviceUnavailable, "hung as ordered\n")
        case .hold(let hold):
            await hold.wait()
            return carryOut()
        }
    }
}

/// The first half of an answer, and the second after something has happened between.
private func halved(
    _ response: HTTPResponse, between: @escaping @Sendable () async throws -> Void
) -> HTTPResponse {
    let bytes = response.bytes
    let half = (bytes.count + 1) / 2
    var slow = response
    slow.body = .streamed { writer in
        try await writer.write(Array(bytes[..<half]))
        try await between()
        try await writer.write(Array(bytes[half...]))
    }
    return slow
}

/// `{"errcode":0,"errmsg":"成功","msgid":"gbk"}` as an old proxy might write it.
private let gbkAnswer = HTTPResponse(
    .ok, headers: ["Content-Type": "application/json; charset=GBK"],
    body: .whole(
        Array(#"{"errcode":0,"errmsg":""#.utf8) + [0xB3, 0xC9, 0xB9, 0xA6] + Array(#"","msgid":"gbk"}"#.utf8)))
