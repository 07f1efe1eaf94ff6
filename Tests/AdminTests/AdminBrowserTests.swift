import BrowserTesting
import JSON
import Lifecycle
import RouterServer
import RouterTesting
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("The administration in a browser", .serialized, .timeLimit(.minutes(5))) struct AdminBrowserTests {
    private static let isHere = Chromium.program != nil
    private static let pages = [
        ("overview", "/admin/"), ("jobs", "/admin/jobs"), ("conversations", "/admin/conversations"),
        ("running", "/admin/running"), ("dead", "/admin/deliveries"), ("sessions", "/admin/sessions"),
        ("bots", "/admin/bots"), ("nodes", "/admin/nodes"), ("audit", "/admin/audit"),
    ]

    /// A day of a small installation: answered, failed, stopped, undelivered and running messages.
    private func fill(_ visitor: AdminVisitor) async throws {
        await visitor.say("把 deploy 分支的变更整理成发布说明，附上完整清单", as: "zhangsan", untilDelivered: 1)
        await visitor.say("FAIL the key is not accepted", as: "lisi", untilDelivered: 2)
        await visitor.say("REMEMBER x", as: "zhangsan", untilDelivered: 3)
        visitor.world.wecom.faults.next(.send, .errorCode(60111, message: "userid not found"))
        await visitor.say("a text with no end and no space: \(String(repeating: "w", count: 300))", as: "wangwu")
        try await visitor.page("/admin/deliveries", having: "60111")
        await visitor.say("HOLD it", as: "zhaoliu")
        await visitor.agent.isHolding.wait()
    }

    private func signIn(_ tab: Tab, _ visitor: AdminVisitor) async throws {
        try await tab.open("\(visitor.address)/admin/login")
        try await tab.evaluate("document.querySelector('#token').focus()")
        try await tab.type(AdminVisitor.token)
        try await tab.press("Enter", code: 13)
        try await tab.wait("location.pathname === '/admin/' && document.readyState === 'complete'")
    }

    @Test(
        "at every width, in both themes and languages, nothing moves sideways, offends the policy or leaves the host",
        .enabled(if: isHere, "chromium is not installed"))
    func looks() async throws {
        try await withAdmin { visitor in
            let operating = try await visitor.signedIn()
            try await fill(operating)
            let jobs = try await operating.page("/admin/jobs?state=failed")
            let failed = try #require(jobs.firstMatch(of: /\/admin\/jobs\/j-[0-9a-z]{13}/))
            let undelivered = try await operating.page("/admin/deliveries")
            let dead = try #require(undelivered.firstMatch(of: /\/admin\/jobs\/j-[0-9a-z]{13}/))
            let stories = [
                ("message", String(failed.0)), ("message-dead", String(dead.0)),
                ("message-running", try await operating.newestJob()),
            ]
            try await Chromium.with { browser in
                for (width, isDark, language) in [
                    (320, false, "en"), (390, true, "zh-CN"), (768, false, "zh-CN"), (1440, false, "zh-CN"),
                    (1440, true, "en"),
                ] {
                    let tab = try await browser.tab(width, 900, isDark: isDark, language: language)
                    try await signIn(tab, visitor)
                    for (name, path) in Self.pages + stories {
                        try await tab.open(visitor.address + path)
                        let over = try await tab.evaluate(
                            "document.documentElement.scrollWidth - document.documentElement.clientWidth")
                        #expect(over == 0, "\(name) at \(width)")
                        #expect(try await tab.evaluate("document.querySelectorAll('h1').length") == 1, "\(name)")
                        try await tab.picture("admin-\(name)-\(width)-\(isDark ? "dark" : "light")")
                    }
                    #expect(tab.troubles == [])
                    #expect(tab.requests.allSatisfy { $0.hasPrefix(visitor.address) || $0.hasPrefix("about:") })
                }
            }
        }
    }

    @Test(
        "axe finds nothing on any page, in either theme and language",
        .enabled(if: Axe.isHere, "WECOM_ROUTER_TEST_AXE names no script of axe-core"))
    func accessible() async throws {
        let axe = try Axe()
        try await withAdmin { visitor in
            let operating = try await visitor.signedIn()
            try await fill(operating)
            let job = try await operating.newestJob()
            try await Chromium.with { browser in
                for (width, isDark, language) in [(390, true, "zh-CN"), (1440, false, "en")] {
                    let tab = try await browser.tab(width, 900, isDark: isDark, language: language)
                    try await tab.open("\(visitor.address)/admin/login")
                    let atDoor = try await axe.violations(in: tab)
                    #expect(atDoor == "", "login at \(width)")
                    try await signIn(tab, visitor)
                    for (name, path) in Self.pages + [("message", job), ("search", "/admin/search?q=nobody")] {
                        try await tab.open(visitor.address + path)
                        let found = try await axe.violations(in: tab)
                        #expect(found == "", "\(name) at \(width)")
                    }
                }
            }
        }
    }

    @Test(
        "with script off one signs in, stops a turn behind a question, and signs out",
        .enabled(if: isHere, "chromium is not installed"))
    func withoutScript() async throws {
        try await withAdmin { visitor in
            await visitor.say("HOLD it")
            await visitor.agent.isHolding.wait()
            try await Chromium.with { browser in
                let tab = try await browser.tab(language: "en", hasScript: false)
                try await signIn(tab, visitor)
                try await tab.open("\(visitor.address)/admin/running")
                try await tab.evaluate("document.querySelector('details.ask summary').click()")
                // What is left too early is not sent.
                try await tab.evaluate("window.old = true; document.querySelector('details.ask button').click()")
                try await tab.wait("!window.old && document.readyState === 'complete'")
                try await eventually {
                    try await tab.open("\(visitor.address)/admin/running")
                    return try await tab.evaluate("document.body.innerText.includes('No turn is running')") == true
                }
                try await tab.evaluate("document.querySelector('.nav form[action=\"/admin/logout\"] button').click()")
                try await tab.wait("location.pathname === '/admin/login'")
            }
        }
    }

    @Test(
        "a page of running turns shows one that begins and goes, by itself; a question that is open stays open",
        .enabled(if: isHere, "chromium is not installed"))
    func live() async throws {
        try await withAdmin { visitor in
            try await Chromium.with { browser in
                let tab = try await browser.tab(language: "en")
                try await signIn(tab, visitor)
                try await tab.open("\(visitor.address)/admin/running")
                try await tab.wait("document.body.dataset.state === 'live'")
                await visitor.say("HOLD it")
                try await tab.wait("document.querySelector('details.ask')")
                try await tab.evaluate("document.querySelector('details.ask').open = true")
                let age = "document.querySelector('tbody td.r').textContent"
                let first = try await tab.evaluate(age).string ?? ""
                try await tab.wait("\(age) !== '\(first)'")
                #expect(try await tab.evaluate("document.querySelector('details.ask').open") == true)
                try await tab.picture("admin-live")
                visitor.agent.release.reach()
                try await tab.wait("document.body.innerText.includes('No turn is running')")
                #expect(tab.troubles == [])
            }
        }
    }

    @Test(
        "by keys alone one goes to the jobs, down to one, and opens it",
        .enabled(if: isHere, "chromium is not installed"))
    func keys() async throws {
        try await withAdmin { visitor in
            await visitor.say("hello", untilDelivered: 1)
            try await Chromium.with { browser in
                let tab = try await browser.tab(language: "en")
                try await signIn(tab, visitor)
                try await tab.press("g", code: 71)
                try await tab.press("j", code: 74)
                try await tab.wait("location.pathname === '/admin/jobs' && document.readyState === 'complete'")
                try await tab.press("j", code: 74)
                try await tab.press("Enter", code: 13)
                try await tab.wait("location.pathname.startsWith('/admin/jobs/j-')")
                #expect(tab.troubles == [])
            }
        }
    }
}
