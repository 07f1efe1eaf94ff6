import HTTP
import HTTPClient
import HTTPServer
import JSON
import Lifecycle
import Observability
import Simulator
import System
import Testing
import Text
import WeCom

/// A simulated WeCom with two apps of one corp and one of another, and somebody who calls its API by hand.
struct World: Sendable {
    let wecom: FakeWeCom
    let apps: [FakeApp]
    let url: String
    let transport: CurlTransport

    static let callbackURL = "http://127.0.0.1:9/cb"

    /// Calls as the first app, unless `app` says otherwise.
    func call(_ path: String, _ body: JSONValue, app: Int = 0) async throws -> JSONValue {
        try await call(path, Array(body.text.utf8), app: app)
    }

    func call(_ path: String, _ body: [UInt8], app: Int = 0) async throws -> JSONValue {
        try JSONValue(parsing: try await post(path, body, token: try await token(app)).bytes)
    }

    func post(_ path: String, _ body: [UInt8], token: String, contentType: String? = nil) async throws -> HTTPResponse {
        var request = HTTPRequest(
            .post, "\(url)/\(path)\(path.contains("?") ? "&" : "?")access_token=\(token)", body: body)
        request.headers["Content-Type"] = contentType
        return try await transport.send(request, HTTPRequestOptions())
    }

    func get(_ path: String, app: Int = 0, headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        let target = "\(url)/\(path)\(path.contains("?") ? "&" : "?")access_token=\(try await token(app))"
        var options = HTTPRequestOptions()
        options.maxBodySize = 32 << 20
        return try await transport.send(HTTPRequest(.get, target, headers: headers), options)
    }

    func getJSON(_ path: String, app: Int = 0) async throws -> JSONValue {
        try JSONValue(parsing: try await get(path, app: app).bytes)
    }

    /// A new one each time, which WeCom allows.
    func token(_ app: Int = 0) async throws -> String {
        let app = apps[app]
        let secret = percentEncoded(app.secret.reveal())
        let target = "\(url)/gettoken?corpid=\(app.corpID.text)&corpsecret=\(secret)"
        let answer = try await transport.send(HTTPRequest(.get, target), HTTPRequestOptions())
        return try #require(try JSONValue(parsing: answer.bytes)["access_token"]?.string)
    }

    // MARK: Messages

    /// Sends one part under its type, and returns the answer.
    func send(
        _ type: String, _ part: JSONValue, to user: String = "u1", app: Int = 0, and members: [JSONValue.Member] = []
    ) async throws -> JSONValue {
        try await call("message/send", message(type, part, to: user, app: app, and: members), app: app)
    }

    func message(
        _ type: String, _ part: JSONValue, to user: String = "u1", app: Int = 0, and members: [JSONValue.Member] = []
    ) -> JSONValue {
        .object(
            [
                .init("touser", .string(user)), .init("msgtype", .string(type)),
                .init("agentid", .integer(apps[app].agentID.number)), .init(type, part),
            ] + members)
    }

    /// The code that a message of this type and part is refused with; 0 when it is taken.
    func code(_ type: String, _ part: JSONValue, and members: [JSONValue.Member] = []) async throws -> Int64? {
        try await send(type, part, and: members)["errcode"]?.integer
    }

    // MARK: Files

    func upload(
        _ bytes: [UInt8], _ type: String, named name: String = "a.bin", length: Int? = nil
    ) async throws -> JSONValue {
        let lengthField = length.map { "; filelength=\($0)" } ?? ""
        let head = """
            --XX\r
            Content-Disposition: form-data; name="media"; filename="\(name)"\(lengthField)\r
            Content-Type: application/octet-stream\r
            \r

            """
        let answer = try await post(
            "media/upload?type=\(type)", Array(head.utf8) + bytes + Array("\r\n--XX--\r\n".utf8),
            token: try await token(), contentType: "multipart/form-data; boundary=XX")
        return try JSONValue(parsing: answer.bytes)
    }

    func uploaded(_ bytes: [UInt8], _ type: String, named name: String = "a.bin") async throws -> String {
        try #require(try await upload(bytes, type, named: name)["media_id"]?.string)
    }
}

/// Runs `body` in a world of its own.
func withWorld(
    keeping: Int = .max, callbackURL: String = World.callbackURL,
    _ body: (World) async throws -> Void
) async throws {
    let apps = try [
        ("ww0000000000000001", 1_000_002), ("ww0000000000000001", 1_000_003), ("ww0000000000000002", 1_000_002),
    ]
    .map { corp, agent in
        FakeApp(
            corpID: CorpID(corp), agentID: AgentID(Int64(agent)), secret: Secret("secret of \(corp)/\(agent)"),
            keys: try CallbackKeys(
                token: Secret("token"), encodingAESKey: Secret(String(repeating: "A", count: 43))),
            callbackURL: callbackURL)
    }
    let loop = try EventLoop(named: "test")
    let transport = CurlTransport()
    let wecom = FakeWeCom(
        apps: apps, port: 0, transport: transport, on: loop,
        log: Logger(to: LogSink(format: .text) { _ in }, level: .error),
        keeping: keeping)
    let url = "http://127.0.0.1:\(try await wecom.listener.open())/cgi-bin"
    try await attempt {
        try await body(World(wecom: wecom, apps: apps, url: url, transport: transport))
    } finally: {
        wecom.faults.clear()
        await wecom.listener.quiesce(by: .now)
        await transport.close()
        loop.stop()
    }
}

let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
/// AMR of so many frames of 20 ms, in the smallest mode.
func amr(frames: Int) -> [UInt8] {
    Array("#!AMR\n".utf8) + (0..<frames).flatMap { _ in [UInt8](repeating: 0, count: 13) }
}
