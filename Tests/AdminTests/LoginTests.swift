import HTTP
import JSON
import Testing
import Text

@testable import RouterServer

@Suite("Signing in to the administration", .timeLimit(.minutes(5))) struct LoginTests {
    @Test("without a token in the configuration there are no pages")
    func off() async throws {
        try await withAdmin(adjust: {
            $0.management.token = nil
            $0.management.readToken = nil
        }) { visitor in
            for path in ["/admin", "/admin/", "/admin/login"] {
                let answer = try await visitor.get(path)
                #expect(answer.status == .notFound)
            }
        }
    }

    @Test("who has not signed in sees the one field, and comes back to the page that was asked for")
    func door() async throws {
        try await withAdmin { visitor in
            let answer = try await visitor.get("/admin/jobs?state=failed")
            #expect(answer.status == HTTPStatus(303))
            #expect(answer.headers["Location"] == "/admin/login?next=%2Fadmin%2Fjobs%3Fstate%3Dfailed")
            let page = try await visitor.page("/admin/login?next=%2Fadmin%2Fjobs%3Fstate%3Dfailed")
            #expect(page.contains("autocomplete=\"current-password\""))
            #expect(!page.contains("dept-a"))
            let entered = try await visitor.post(
                "/admin/login", ["token": AdminVisitor.token, "next": "/admin/jobs?state=failed"])
            #expect(entered.headers["Location"] == "/admin/jobs?state=failed")
        }
    }

    @Test(
        "a page of another server is never what one comes back to",
        arguments: ["https://evil.example/", "//evil.example", "/elsewhere"])
    func elsewhere(next: String) async throws {
        try await withAdmin { visitor in
            let answer = try await visitor.post("/admin/login", ["token": AdminVisitor.token, "next": next])
            #expect(answer.headers["Location"] == "/admin/")
        }
    }

    @Test("the cookie is out of reach of scripts and other sites, and marked Secure behind TLS")
    func cookie() async throws {
        try await withAdmin { visitor in
            let plain = try await visitor.post("/admin/login", ["token": AdminVisitor.token])
            let fields = try #require(plain.headers["Set-Cookie"])
            #expect(fields.hasPrefix("wr="))
            for attribute in ["Path=/admin", "HttpOnly", "SameSite=Lax"] { #expect(fields.contains(attribute)) }
            let sealed = try await visitor.post(
                "/admin/login", ["token": AdminVisitor.token],
                headers: ["Sec-Fetch-Site": "same-origin", "X-Forwarded-Proto": "https"])
            let secure = try #require(sealed.headers["Set-Cookie"])
            #expect(secure.hasPrefix("__Secure-wr=") && secure.hasSuffix("; Secure"))
        }
    }

    @Test("a wrong token, an empty one and a spent code are answered alike; after five nobody is let in from there")
    func failures() async throws {
        try await withAdmin { visitor in
            var pages: Set<String> = []
            for fields: KeyValuePairs in [
                ["token": "wrong"], ["token": ""], ["code": "wrong"], ["x": "y"], ["token": "w"],
            ] {
                let answer = try await visitor.post("/admin/login", fields)
                #expect(answer.status == .forbidden)
                #expect(answer.headers["Set-Cookie"] == nil)
                pages.insert(answer.text)
            }
            #expect(pages.count == 1)
            let right = try await visitor.post("/admin/login", ["token": AdminVisitor.token])
            #expect(right.status == .tooManyRequests)
            let pause = try #require(right.headers["Retry-After"].flatMap { Int($0) })
            #expect((1...60).contains(pause))
        }
    }

    @Test("a link is good once: opening it spends nothing, its button does")
    func link() async throws {
        try await withAdmin { visitor in
            let made = try await operatorAsks(LoginLink.path, of: visitor)
            let url = try #require(made["url"]?.string)
            let path = try #require(url.after(visitor.address))
            for _ in 1...2 {
                let page = try await visitor.page(String(path))
                #expect(page.contains("name=\"code\"") && !page.contains("type=\"password\""))
            }
            let code = String(try #require(url.behind("code=")))
            let entered = try await visitor.post("/admin/login", ["code": code])
            #expect(entered.status == HTTPStatus(303) && entered.headers["Set-Cookie"] != nil)
            #expect(try await visitor.post("/admin/login", ["code": code]).status == .forbidden)
        }
    }

    @Test("signing out ends the session, not the cookie alone")
    func logout() async throws {
        try await withAdmin { visitor in
            let operating = try await visitor.signedIn()
            #expect(try await operating.press("/admin/logout", on: "/admin/").status == HTTPStatus(303))
            #expect(try await operating.get("/admin/").headers["Location"] == "/admin/login")
        }
    }
}
