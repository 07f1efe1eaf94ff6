import HTTP
import HTTPClient
import Lifecycle
import RouterTesting
import TestSupport
import Testing
import Text

@Suite("The administration's pages while they are open", .timeLimit(.minutes(5))) struct LiveTests {
    /// The address by which a page is told what is new.
    private func events(of path: String, _ visitor: AdminVisitor) async throws -> String {
        let page = try await visitor.page(path)
        guard let match = page.firstMatch(of: /data-events="([^"]+)"/) else { throw Unexpected("\(path) is not live") }
        return String(match.1).replacing("&amp;", with: "&")
    }

    /// Listens until what came has these words.
    private func hear(
        _ words: String, at path: String, _ visitor: AdminVisitor, whileDoing act: () async throws -> Void
    ) async throws {
        var options = HTTPRequestOptions()
        options.totalTimeout = nil
        let answer = try await visitor.client.stream(
            HTTPRequest(
                .get, visitor.address + path, headers: ["Cookie": visitor.cookie ?? "", "Accept-Language": "en"]),
            options)
        #expect(answer.headers["Content-Type"] == "text/event-stream")
        var text = ""
        var hasActed = false
        while let bytes = try await answer.body.next() {
            text += String(decoding: bytes, as: UTF8.self)
            if !hasActed {
                hasActed = true
                try await act()
            }
            if text.has(words) { return }
        }
        throw Unexpected("the events ended: \(text)")
    }

    @Test("a page of running turns is told of one that begins")
    func running() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            let path = try await events(of: "/admin/running", visitor)
            try await hear("on page 3", at: path, visitor) {
                await visitor.say("HOLD it")
                await visitor.agent.isHolding.wait()
            }
        }
    }

    @Test("whoever signs out is told so on every page that is open")
    func signedOut() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            let path = try await events(of: "/admin/", visitor)
            try await hear("signed_out", at: path, visitor) {
                _ = try await visitor.press("/admin/logout", on: "/admin/")
            }
        }
    }

    @Test("lists in which somebody reads are left alone, and nobody listens who has not signed in")
    func others() async throws {
        try await withAdmin { visitor in
            let operating = try await visitor.signedIn()
            for path in ["/admin/jobs", "/admin/sessions", "/admin/audit"] {
                let page = try await operating.page(path)
                #expect(!page.contains("data-events"), "\(path)")
            }
            let path = try await events(of: "/admin/running", operating)
            let answer = try await visitor.get(path)
            #expect(answer.status == HTTPStatus(303))
        }
    }
}
