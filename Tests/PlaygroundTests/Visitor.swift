import HTTP
import HTTPClient
import JSON
import Simulator
import System
import TestSupport
import Text

/// Somebody who asks for pages and posts forms as a browser does, and reads what comes.
struct Visitor: Sendable {
    let bench: Bench
    let transport: CurlTransport
    var user = "zhangsan"
    var chat = "app-1000002"
    var corp = Bench.corp
    var language = "zh-CN"

    private var identity: String { "as=\(corp):\(user)&chat=\(percentEncoded(chat))" }

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        var headers = headers
        if headers["Accept-Language"] == nil { headers["Accept-Language"] = language }
        return try await transport.send(HTTPRequest(.get, bench.address + path, headers: headers), HTTPRequestOptions())
    }

    /// The page of the chat.
    func page(_ more: String = "") async throws -> String {
        let answer = try await get("/?\(identity)\(more)")
        guard answer.status == .ok else { throw Unexpected("the page is answered \(answer.status)") }
        return String(decoding: answer.bytes, as: UTF8.self)
    }

    /// Posts the form of an act, as the page's script does.
    @discardableResult
    func act(
        _ name: String, _ fields: [String: String] = [:], headers: HTTPHeaders = ["Sec-Fetch-Site": "same-origin"]
    ) async throws -> HTTPResponse {
        var headers = headers
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        headers["Accept"] = "text/html; part=1"
        headers["Accept-Language"] = language
        let all = fields.merging(["as": "\(corp):\(user)", "chat": chat]) { mine, _ in mine }
        let body = all.map { "\($0.key)=\(percentEncoded($0.value))" }.joined(separator: "&")
        return try await transport.send(
            HTTPRequest(.post, "\(bench.address)/act/\(name)", headers: headers, body: Array(body.utf8)),
            HTTPRequestOptions())
    }

    func say(_ text: String) async throws { try await act("say", ["text": text]) }

    /// Posts the composer's form with a file in it.
    @discardableResult
    func drop(
        _ bytes: [UInt8], named name: String, accepting accepted: String = "text/html; part=1", host: String? = nil
    ) async throws -> HTTPResponse {
        let fields = ["as": "\(corp):\(user)", "chat": chat, "text": ""].map {
            "--XX\r\nContent-Disposition: form-data; name=\"\($0.key)\"\r\n\r\n\($0.value)\r\n"
        }.joined()
        let head = "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
        let body = Array((fields + head).utf8) + bytes + Array("\r\n--XX--\r\n".utf8)
        var headers: HTTPHeaders = [
            "Sec-Fetch-Site": "same-origin", "Accept": accepted, "Accept-Language": language,
            "Content-Type": "multipart/form-data; boundary=XX",
        ]
        if let host { headers["Host"] = host }
        return try await transport.send(
            HTTPRequest(.post, "\(bench.address)/act/say", headers: headers, body: body), HTTPRequestOptions())
    }

    /// Returns the page once it holds all of these words.
    @discardableResult
    func page(showing words: String..., not absent: String = "\0") async throws -> String {
        var page = ""
        try await eventually {
            page = try await self.page()
            return words.allSatisfy { page.contains($0) } && !page.contains(absent)
        }
        return page
    }

    /// Reads events of the chat's tab until one holds all of these words.
    func event(holding words: String..., after: String? = nil) async throws -> JSONValue {
        let target = "\(bench.address)/events?\(identity)" + (after.map { "&after=\($0)" } ?? "")
        var options = HTTPRequestOptions()
        options.totalTimeout = nil
        options.maxBodySize = 64 << 20
        let answer = try await transport.stream(
            HTTPRequest(.get, target, headers: ["Accept-Language": language]), options)
        var text = ""
        while let bytes = try await answer.body.next() {
            text += String(decoding: bytes, as: UTF8.self)
            for event in text.split(separator: "\n\n") where words.allSatisfy({ event.contains($0) }) {
                let data = event.split(separator: "\n").first { $0.hasPrefix("data: ") }?.dropFirst("data: ".count)
                if let data, let json = try? JSONValue(parsing: Array(data.utf8)) { return json }
            }
        }
        throw Unexpected("the events ended: \(text)")
    }
}

func withVisitor(
    masksSecrets: Bool = false, patience: Duration = .seconds(5), _ body: @escaping (Visitor) async throws -> Void
) async throws {
    try await withBench(masksSecrets: masksSecrets, patience: patience) { bench in
        let transport = CurlTransport()
        do {
            try await body(Visitor(bench: bench, transport: transport))
            await transport.close()
        } catch {
            await transport.close()
            throw error
        }
    }
}

let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0]
