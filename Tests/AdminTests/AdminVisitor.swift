import Foundation
import HTTP
import HTTPClient
import Lifecycle
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Text
import WeCom

/// Somebody with a browser before the pages of a router that runs, who keeps the cookie that they are given.
struct AdminVisitor: Sendable {
    static let token = "the-operators-token"
    static let readToken = "the-viewers-own-token"

    let world: LoopbackWorld
    let router: RunningRouter
    let agent: ScriptedAgent
    let client: CurlTransport
    var cookie: String?
    var language = "en"

    var address: String { "http://127.0.0.1:\(router.managementPort)" }

    func get(_ path: String, headers: HTTPHeaders = [:]) async throws -> HTTPResponse {
        try await send(HTTPRequest(.get, address + path, headers: headers))
    }

    /// The page at a path, which has to be there.
    func page(_ path: String) async throws -> String {
        let answer = try await get(path)
        guard answer.status == .ok else { throw Unexpected("\(path) is answered \(answer.status): \(answer.text)") }
        return answer.text
    }

    /// Posts fields as a browser does from a page of ours.
    func post(
        _ path: String, _ fields: KeyValuePairs<String, String>,
        headers: HTTPHeaders = ["Sec-Fetch-Site": "same-origin"]
    ) async throws -> HTTPResponse {
        let body = fields.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
        var headers = headers
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return try await send(HTTPRequest(.post, address + path, headers: headers, body: Array(body.utf8)))
    }

    private func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        if request.headers["Accept-Language"] == nil { request.headers["Accept-Language"] = language }
        if let cookie { request.headers["Cookie"] = cookie }
        return try await client.send(request, HTTPRequestOptions())
    }

    /// The same visitor once signed in.
    func signedIn(with token: String = AdminVisitor.token) async throws -> AdminVisitor {
        let answer = try await post("/admin/login", ["token": token])
        guard answer.status == HTTPStatus(303), let cookie = answer.headers["Set-Cookie"] else {
            throw Unexpected("the login is answered \(answer.status): \(answer.text)")
        }
        var visitor = self
        visitor.cookie = String(cookie.prefix { $0 != ";" })
        return visitor
    }

    /// Presses the button of the form that posts to `path` on the page at `place`.
    func press(_ path: String, on place: String) async throws -> HTTPResponse {
        let page = try await page(place)
        guard let form = page.range(of: "action=\"\(path)\"") else {
            throw Unexpected("\(place) has no form to \(path)")
        }
        let rest = page[form.upperBound...]
        let end = rest.range(of: "</form>")?.lowerBound ?? rest.endIndex
        let fields = rest[..<end].matches(of: /name="(\w+)" value="([^"]*)"/).map {
            "\($0.1)=\(percentEncoded(String($0.2).replacingOccurrences(of: "&amp;", with: "&")))"
        }
        return try await send(
            HTTPRequest(
                .post, address + path,
                headers: ["Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"],
                body: Array(fields.joined(separator: "&").utf8)))
    }

    /// Has somebody write, and waits until `count` messages have reached people.
    func say(_ text: String, as user: String = "zhangsan", untilDelivered count: Int? = nil) async {
        await world.wecom.say(text, as: UserID(user), to: world.apps[0])
        if let count { _ = await world.wecom.transcript.delivered(atLeast: count) }
    }

    /// The page at a path once it has all of these words.
    @discardableResult
    func page(_ path: String, having words: String...) async throws -> String {
        var page = ""
        try await eventually {
            page = try await self.page(path)
            return words.allSatisfy { page.contains($0) }
        }
        return page
    }

    /// The address of the newest job in the list.
    func newestJob() async throws -> String {
        let page = try await page("/admin/jobs?since=all")
        guard let match = page.firstMatch(of: /\/admin\/jobs\/j-[0-9a-z]{13}/) else { throw Unexpected("no job") }
        return String(match.0)
    }
}

extension HTTPResponse {
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Runs `body` with somebody who has not signed in yet.
func withAdmin(
    adjust: (inout Configuration) -> Void = { _ in }, _ body: (AdminVisitor) async throws -> Void
) async throws {
    try await withWorld(adjust: { configuration in
        configuration.management.token = Secret(AdminVisitor.token)
        configuration.management.readToken = Secret(AdminVisitor.readToken)
        adjust(&configuration)
    }) { world in
        let agent = ScriptedAgent()
        let router = try await world.startRouter(agents: ["echo": agent])
        let client = CurlTransport()
        try await attempt {
            try await body(AdminVisitor(world: world, router: router, agent: agent, client: client))
        } finally: {
            agent.release.reach()
            await client.close()
            router.stop()
            try await router.ended()
        }
    }
}
