import HTML
import HTTP
import Pages
import Playground
import Simulator
import TestSupport
import Testing

@Suite("Whom the playground lets in, and what it gives", .timeLimit(.minutes(5))) struct DoorTests {
    @Test("pages run nothing but their own script, load nothing from elsewhere, and are in no frame")
    func headers() async throws {
        try await withVisitor { visitor in
            let headers = try await visitor.get("/").headers
            let policy = headers["Content-Security-Policy"] ?? ""
            for rule in [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'",
                "form-action 'self'", "require-trusted-types-for 'script'", "base-uri 'none'",
            ] { #expect(policy.contains(rule)) }
            #expect(!policy.contains("unsafe"))
            #expect(headers["Cache-Control"] == "no-store")
            #expect(headers["X-Content-Type-Options"] == "nosniff")
            #expect(headers["Referrer-Policy"] == "no-referrer")
            #expect(headers["Cross-Origin-Resource-Policy"] == "same-origin")
        }
    }

    @Test("no page has a style, a handler or a script of its own")
    func noInline() async throws {
        try await withVisitor { visitor in
            try await visitor.say("cards")
            let page = try await visitor.page(showing: "请补充工单信息")
            #expect(!page.contains(" style=") && !page.contains("<style") && !page.contains(" on"))
            #expect(page.components(of: "<script") == 1)
            #expect(!page.contains("http-equiv") && !page.contains("src=\"http") && !page.contains("href=\"http"))
        }
    }

    @Test(
        "a foreign host is refused everywhere",
        arguments: ["/", "/events", "/assets/x/play.css", "/media/1/0", "/wire/1"])
    func foreignHost(path: String) async throws {
        try await withVisitor { visitor in
            let answer = try await visitor.get(path, headers: ["Host": "example.com"])
            #expect(answer.status == .forbidden)
        }
    }

    @Test(
        "an act from elsewhere is refused and does nothing",
        arguments: [
            ["Sec-Fetch-Site": "cross-site"], ["Origin": "http://example.com"], [:],
            ["Sec-Fetch-Site": "same-origin", "Origin": "http://example.com"],
        ] as [HTTPHeaders])
    func foreignOrigin(headers: HTTPHeaders) async throws {
        try await withVisitor { visitor in
            for act in ["say", "fault", "calm", "forget", "press", "enter", "look", "place"] {
                let answer = try await visitor.act(act, ["text": "x", "fault": "rate", "on": "1"], headers: headers)
                #expect(answer.status == .forbidden)
            }
            #expect(visitor.bench.wecom.faults.orders.isEmpty)
            #expect(visitor.bench.wecom.wire.entries.isEmpty)
        }
    }

    @Test("nothing else is answered", arguments: ["/x", "/assets/play.css", "/act/say", "/wire/x", "/../etc/passwd"])
    func unknown(path: String) async throws {
        try await withVisitor { visitor in
            let (page, act) = (try await visitor.get(path), try await visitor.act("none"))
            #expect(page.status == .notFound && act.status == .notFound)
        }
    }

    /// As they lie in the tree, which is as they are served, in kilobytes of a thousand bytes.
    @Test("style and script may be kept for ever, under a name that goes by what is in them, and weigh what they may")
    func assets() async throws {
        try await withVisitor { visitor in
            let page = try await visitor.page()
            var sizes: [String: Int] = [:]
            for (name, mark) in [
                ("style", "stylesheet\" href=\""), ("script", "module\" src=\""), ("icon", "icon\" href=\""),
            ] {
                let path = try #require(page.behind(mark)?.prefix { $0 != "\"" })
                let answer = try await visitor.get(String(path))
                #expect(answer.status == .ok)
                #expect(answer.headers["Cache-Control"]?.contains("immutable") == true)
                sizes[name] = answer.bytes.count
            }
            let style = try #require(sizes["style"]), script = try #require(sizes["script"])
            let icons = SharedAssets.icons.count + SharedAssets.mark.count + (sizes["icon"] ?? 0)
            #expect(style <= 36_000 && script <= 18_000 && icons <= 6_000, "\(style), \(script), \(icons)")
            #expect(style + script + icons <= 60_000)
        }
    }

    @Test(
        "what is not done is told in the page's language, in a page with a way back, and to the script in words alone",
        arguments: [("zh-CN", "文件小于 6 字节", "返回演练场"), ("en", "fewer than 6 bytes", "Back to the playground")])
    func refusals(language: String, reason: String, back: String) async throws {
        try await withVisitor { visitor in
            var visitor = visitor
            visitor.language = language
            for (accept, isPage) in [("text/html", true), ("text/html; part=1", false)] {
                let small = try await visitor.drop([1], named: "a.txt", accepting: accept)
                let text = String(decoding: small.bytes, as: UTF8.self)
                #expect(small.status == .unprocessableContent && text.contains(reason))
                #expect(text.contains(back) == isPage && text.contains("<html lang=\"\(language)\"") == isPage)
            }
        }
    }

    @Test("of what is too large to be read at all the same is told, but to a foreign host nothing")
    func tooLarge() async throws {
        try await withVisitor { visitor in
            let bytes = [UInt8](repeating: 65, count: 23 << 20)
            let page = try await visitor.drop(bytes, named: "a.bin", accepting: "text/html")
            #expect(page.status == .contentTooLarge)
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(text.contains("文件合计超过 20 MB，没有发送") && text.contains("<html lang=\"zh-CN\""))
            #expect(page.headers["Content-Security-Policy"]?.contains("default-src 'none'") == true)
            let words = try await visitor.drop(bytes, named: "a.bin")
            #expect(String(decoding: words.bytes, as: UTF8.self) == "文件合计超过 20 MB，没有发送")
            let foreign = try await visitor.drop(bytes, named: "a.bin", host: "example.com")
            #expect(foreign.status == .contentTooLarge)
            #expect(String(decoding: foreign.bytes, as: UTF8.self) == "Content Too Large\n")
            #expect(visitor.bench.wecom.wire.entries.isEmpty)
        }
    }

    @Test("whoever wants no single keys is given none, and the way to have them again")
    func keys() async throws {
        try await withVisitor { visitor in
            let all = try await visitor.page()
            #expect(all.contains(" data-key=\"u\"") && all.contains("name=\"keys\" value=\"off\""))
            let answer = try await visitor.act("look", ["keys": "off"])
            #expect(answer.headers.all("Set-Cookie").contains { $0.contains("keys=off") })
            let none = try await visitor.get("/", headers: ["Cookie": "keys=off"])
            let text = String(decoding: none.bytes, as: UTF8.self)
            #expect(!text.contains(" data-key=") && text.contains("name=\"keys\" value=\"on\""))
        }
    }

    @Test("a page with fifty entries keeps to its weight")
    func pageWeight() async throws {
        try await withVisitor { visitor in
            for number in 1...60 { try await visitor.say("这是第 \(number) 条消息，长度与平常的差不多") }
            let page = try await visitor.page(showing: "第 60 条", not: "进行中")
            #expect(page.utf8.count <= 56 << 10, "\(page.utf8.count) bytes")
            #expect(
                page.utf8.split(separator: UInt8(ascii: "<")).filter { $0.first != UInt8(ascii: "/") }.count <= 1200)
            #expect(page.components(of: "class=\"turn\"") == 50)
            for (list, item, most) in [("log", "<li class=\"turn\"", 50), ("rows", "<a class=\"w ", 100)] {
                let link = try #require(page.behind("data-of=\"\(list)\" href=\"")?.prefix { $0 != "\"" })
                let earlier = try await visitor.get(String(link).replacing("&amp;", with: "&"))
                let items = String(decoding: earlier.bytes, as: UTF8.self).components(of: item)
                #expect((1...most).contains(items), "\(list): \(items)")
            }
        }
    }

    @Test("language and theme are a choice that is kept, and the way back stays here")
    func look() async throws {
        try await withVisitor { visitor in
            let answer = try await visitor.act("look", ["lang": "en", "theme": "dark", "back": "//example.com"])
            #expect(answer.status.code == 303 && answer.headers["Location"] == "/")
            #expect(answer.headers.all("Set-Cookie").count == 2)
            let page = try await visitor.get("/", headers: ["Cookie": "lang=en; theme=dark"])
            let text = String(decoding: page.bytes, as: UTF8.self)
            #expect(text.contains("<html lang=\"en\" data-theme=\"dark\">") && text.contains("Playground"))
        }
    }

    @Test("of those whom one can be the page says who writes another language")
    func languages() async throws {
        try await withVisitor { visitor in
            for (language, words) in [("zh-CN", "maya · 海外 · 写英文"), ("en", "maya · 海外 · writes English")] {
                var visitor = visitor
                visitor.language = language
                let page = try await visitor.page()
                #expect(page.contains(words))
                #expect(page.contains("zhangsan · 平台部<"))
            }
        }
    }
}

extension String {
    func behind(_ mark: String) -> Substring? { firstRange(of: mark).map { self[$0.upperBound...] } }
}
