import HTTP
import JSON
import System
import WeCom

/// A bot by webhook that answers as a test says, and keeps what it heard.
final class ScriptedBot: Sendable {
    enum Answer: Sendable {
        case says(JSONValue)
        /// Sealed for somebody, as an answer to a bot of an enterprise never is.
        case saysTo(String, JSONValue)
        /// As it is, neither sealed nor signed.
        case plain([UInt8])
        case status(Int)

        static let nothing = Answer.plain([])
    }

    struct Heard: Sendable {
        let callback: Callback
        let json: JSONValue
    }

    private let keys: CallbackKeys
    private let state = Lock(State())

    private struct State {
        var heard: [Heard] = []
        var answer: @Sendable (JSONValue) async -> Answer = { _ in .nothing }
        var echo: @Sendable (String) async -> String = { $0 }
    }

    init(_ keys: CallbackKeys) { self.keys = keys }

    var heard: [Heard] { state.withLock { $0.heard } }

    func answer(_ answer: @escaping @Sendable (JSONValue) async -> Answer) { state.withLock { $0.answer = answer } }
    func echo(_ echo: @escaping @Sendable (String) async -> String) { state.withLock { $0.echo = echo } }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        do {
            guard request.method == .post else { return try await verify(request) }
            let callback = try Callback(query: request.query, envelope: try Envelope(body: request.body))
            guard let opened = try keys.verified(callback)?.open(with: keys), opened.receiver.isEmpty else {
                return HTTPResponse(.forbidden)
            }
            let json = try JSONValue(parsing: opened.message)
            let answer = state.withLock { state in
                state.heard.append(Heard(callback: callback, json: json))
                return state.answer
            }
            return response(await answer(json), to: callback, opened)
        } catch {
            return HTTPResponse(.forbidden)
        }
    }

    private func verify(_ request: HTTPRequest) async throws -> HTTPResponse {
        let echo = try keys.verified(try Callback(verification: request.query))?.openEcho(with: keys)
        let text = String(decoding: echo?.message ?? [], as: UTF8.self)
        return .text(.ok, await state.withLock { $0.echo }(text))
    }

    private func response(_ answer: Answer, to callback: Callback, _ opened: OpenedCiphertext) -> HTTPResponse {
        switch answer {
        case .plain(let bytes): .json(.ok, bytes)
        case .status(let code): HTTPResponse(HTTPStatus(code))
        case .says(let json):
            .json(.ok, keys.sealReply(json.bytes, to: callback, holding: opened, at: .now).passiveJSONReply)
        case .saysTo(let receiver, let json):
            .json(
                .ok,
                keys.sealReply(json.bytes, to: callback, holding: opened, receiver: receiver, at: .now).passiveJSONReply
            )
        }
    }
}

/// The frame of a stream.
func stream(_ id: String, _ text: String, finish: Bool = false, pictures: [JSONValue] = []) -> JSONValue {
    var members: [JSONValue.Member] = [
        .init("id", .string(id)), .init("finish", .bool(finish)), .init("content", .string(text)),
    ]
    if !pictures.isEmpty { members.append(.init("msg_item", .array(pictures))) }
    return ["msgtype": "stream", "stream": .object(members)]
}
