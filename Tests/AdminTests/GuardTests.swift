import HTTP
import RouterServer
import Testing
import WeCom

@Suite("What guards the administration", .timeLimit(.minutes(5))) struct GuardTests {
    private static let pages = [
        "/admin/", "/admin/jobs", "/admin/conversations", "/admin/running", "/admin/deliveries", "/admin/sessions",
        "/admin/bots", "/admin/nodes", "/admin/audit",
    ]

    @Test("every page is there, is answered with the headers of pages and runs nothing inline")
    func headers() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            for path in GuardTests.pages + ["/admin/search?q=nobody"] {
                let answer = try await visitor.get(path)
                #expect(answer.status == .ok, "\(path)")
                let policy = answer.headers["Content-Security-Policy"] ?? ""
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "\(path)")
                #expect(answer.headers["Cache-Control"] == "no-store")
                #expect(answer.headers["X-Content-Type-Options"] == "nosniff")
                #expect(answer.headers["Referrer-Policy"] == "no-referrer")
                #expect(!answer.text.contains("style=\"") && !answer.text.contains("<script>"), "\(path)")
                #expect(answer.bytes.count < 56 << 10, "\(path)")
            }
        }
    }

    @Test("every link in the navigation leads to a page")
    func links() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            let overview = try await visitor.page("/admin/")
            let links = Set(overview.matches(of: /class="l" href="([^"]+)"/).map { String($0.1) })
            #expect(links == Set(GuardTests.pages))
            #expect(try await visitor.get("/admin/nowhere").status == .notFound)
        }
    }

    @Test("a post needs a page of ours and the form's own token")
    func forgery() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            await visitor.say("FAIL no key", untilDelivered: 1)
            let job = try await visitor.newestJob()
            let page = try await visitor.page(job)
            let form = try #require(
                page.firstMatch(of: /\/retry"><input type="hidden" name="form" value="([0-9a-f]+)"/))
            let token = String(form.1)
            let strange: [HTTPHeaders] = [
                [:], ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"],
                ["Origin": "https://evil.example"],
                ["Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"],
            ]
            for headers in strange {
                let answer = try await visitor.post("\(job)/retry", ["form": token], headers: headers)
                #expect(answer.status == .forbidden, "\(headers)")
            }
            for fields: KeyValuePairs in [[:], ["form": ""], ["form": String(token.reversed())]] {
                #expect(try await visitor.post("\(job)/retry", fields).status == .forbidden)
            }
            // One that was made for another path opens nothing here.
            #expect(try await visitor.post("\(job)/stop", ["form": token]).status == .forbidden)
            #expect(try await visitor.post("\(job)/retry", ["form": token]).status == HTTPStatus(303))
        }
    }

    @Test("a session of another's form token opens nothing")
    func foreignToken() async throws {
        try await withAdmin { visitor in
            let (one, other) = (try await visitor.signedIn(), try await visitor.signedIn())
            let page = try await one.page("/admin/")
            let form = try #require(
                page.firstMatch(of: /\/logout"><input type="hidden" name="form" value="([0-9a-f]+)"/))
            #expect(try await other.post("/admin/logout", ["form": String(form.1)]).status == .forbidden)
        }
    }

    @Test("another host's name is not served")
    func host() async throws {
        try await withAdmin { visitor in
            let answer = try await visitor.get("/admin/login", headers: ["Host": "evil.example"])
            #expect(answer.status == .misdirectedRequest)
        }
    }

    @Test("a viewer sees that nothing can be done, and is refused where it is tried all the same")
    func viewer() async throws {
        try await withAdmin { visitor in
            await visitor.say("FAIL no key", untilDelivered: 1)
            let viewing = try await visitor.signedIn(with: AdminVisitor.readToken)
            let job = try await viewing.newestJob()
            let page = try await viewing.page(job)
            #expect(!page.contains("action=\"\(job)/retry\""))
            #expect(page.contains("disabled title=\"viewers change nothing"))
            let form = try #require(page.firstMatch(of: /name="form" value="([0-9a-f]+)"/))
            #expect(try await viewing.post("\(job)/retry", ["form": String(form.1)]).status == .forbidden)
        }
    }

    @Test("what people wrote is hidden from a viewer who has not asked for it, and the audit says who did")
    func texts() async throws {
        try await withAdmin { visitor in
            await visitor.say("a word in confidence", untilDelivered: 1)
            let viewing = try await visitor.signedIn(with: AdminVisitor.readToken)
            let job = try await viewing.newestJob()
            for path in [job, "/admin/jobs", "/admin/conversations", "/admin/deliveries?state=all"] {
                #expect(!(try await viewing.page(path)).contains("in confidence"), "\(path)")
            }
            #expect(try await viewing.press("/admin/texts", on: job).headers["Location"] == job)
            #expect(try await viewing.page(job).contains("a word in confidence"))
            let operating = try await visitor.signedIn()
            let audit = try await operating.page("/admin/audit")
            #expect(audit.contains("show what people wrote") && audit.contains("viewer"))
        }
    }

    @Test("names and texts that would be markup are shown as they were typed")
    func escaping() async throws {
        try await withAdmin { visitor in
            let visitor = try await visitor.signedIn()
            let user = "<img src=x onerror=alert(1)>"
            await visitor.say("</blockquote><script>alert(2)</script>\" ' &amp; \u{202E}", as: user, untilDelivered: 1)
            let job = try await visitor.newestJob()
            for path in [
                job, "/admin/jobs", "/admin/conversations", "/admin/deliveries?state=all", "/admin/search?q=%3Cimg%3E",
            ] {
                let page = try await visitor.page(path)
                #expect(!page.contains("<img src=x") && !page.contains("<script>alert"), "\(path)")
            }
            #expect(try await visitor.page(job).contains("&lt;script&gt;alert(2)&lt;/script&gt;"))
        }
    }
}
