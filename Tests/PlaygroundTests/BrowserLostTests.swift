import BrowserTesting
import JSON
import Playground
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("A page of the playground without a connection", .serialized, .timeLimit(.minutes(5)))
struct BrowserLostTests {
    private static let isHere = Chromium.program != nil

    /// Takes the pages away, and gives them back when it is asked to.
    private func withLostTab(
        width: Int = 1440, _ body: @escaping (Bench, Tab, () async throws -> Void) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab(width)
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await tab.evaluate("globalThis.isSame = true; document.querySelector('#text').focus()")
                try await tab.type("halb")
                await bench.playground.close()
                try await tab.wait("document.body.dataset.state === 'lost'")
                var again: Playground?
                try await body(bench, tab) {
                    again = try await bench.reopen()
                    try await tab.wait("document.body.dataset.state === 'live'")
                }
                #expect(try await tab.evaluate("globalThis.isSame") == true)
                #expect(tab.troubles.filter { !$0.contains("ERR_CONNECTION_REFUSED") } == [])
                await again?.close()
            }
        }
    }

    private func text(in tab: Tab) async throws -> String? {
        try await tab.evaluate("document.querySelector('#text').value").string
    }

    private let name = "document.querySelector('#talk').getAttribute('aria-label')"

    @Test(
        "a chat that is pressed opens when the connection is back, and the page stays meanwhile, with what was typed",
        .enabled(if: isHere, "chromium is not installed"))
    func going() async throws {
        try await withLostTab { _, tab, comeBack in
            try await tab.evaluate("document.querySelector('#chats a[href*=\"1000004\"]').click()")
            try await tab.wait("document.querySelector('#toast').textContent.includes('没有连接')")
            #expect(try await text(in: tab) == "halb")
            #expect(try await tab.evaluate(name) == "代码助手")
            try await comeBack()
            try await tab.wait("\(name) === '人事助手' && document.querySelector('#text').value === ''")
            try await tab.evaluate("history.back()")
            try await tab.wait("\(name) === '代码助手' && document.querySelector('#text').value === 'halb'")
        }
    }

    @Test(
        "what is sent waits with a clock, and goes out once when the connection is back, in its order",
        .enabled(if: isHere, "chromium is not installed"))
    func sending() async throws {
        try await withLostTab { bench, tab, comeBack in
            try await tab.press("Enter", code: 13)
            try await tab.say("ganz")
            let waiting = "[...document.querySelectorAll('#waiting .bub')].map(bubble => bubble.textContent).join()"
            #expect(try await tab.evaluate(waiting) == "halb,ganz")
            #expect(try await tab.evaluate("document.querySelector('#waiting .wl').textContent") == "等待连接")
            #expect(
                try await tab.evaluate("document.querySelector('#waiting').checkVisibility()") == true)
            #expect(try await text(in: tab) == "")
            try await tab.picture("waiting")
            #expect(bench.answerer.heard.isEmpty)
            try await comeBack()
            try await tab.wait("document.querySelectorAll('#log .me').length === 2")
            try await tab.wait("!document.querySelector('#waiting li')")
            try await eventually { bench.answerer.heard.count == 2 }
            #expect(bench.answerer.heard.map(\.content) == [.text("halb"), .text("ganz")])
        }
    }

    @Test(
        "an act says that nothing was done, and the page says when it tries again",
        .enabled(if: isHere, "chromium is not installed"))
    func acting() async throws {
        try await withLostTab { bench, tab, comeBack in
            try await tab.wait("document.querySelector('#left').textContent.includes('秒')")
            for press in ["#f-rate", "[name=lang]", "#people a[href*=lisi]"] {
                try await tab.evaluate("document.querySelector('#toast').hidden = true")
                try await tab.evaluate("document.querySelector('\(press)').click()")
                try await tab.wait("!document.querySelector('#toast').hidden")
                #expect(try await tab.evaluate("document.querySelector('#toast').textContent") == "没有连接，没有做")
            }
            #expect(bench.wecom.faults.orders.isEmpty)
            #expect(try await text(in: tab) == "halb")
            try await comeBack()
            #expect(try await tab.evaluate("document.querySelector('#left').textContent") == "")
        }
    }

    @Test(
        "a page that comes back says how many exchanges it has missed for good",
        .enabled(if: isHere, "chromium is not installed"))
    func missed() async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await tab.say("x")
                try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
                #expect(try await tab.evaluate("document.querySelector('.missed')") == .null)
                await bench.playground.close()
                try await tab.wait("document.body.dataset.state === 'lost'")
                for number in 1...3 { await bench.wecom.say("\(number)", as: UserID("zhangsan"), to: bench.apps[0]) }
                let last = bench.wecom.wire.entries.last?.id ?? 0
                let seen = try await tab.evaluate(
                    "Number(document.querySelector('#rows').lastElementChild.id.slice(1))")
                bench.wecom.wire.clear()
                await bench.wecom.say("noch", as: UserID("zhangsan"), to: bench.apps[0])
                let again = try await bench.reopen()
                try await tab.wait("document.body.dataset.state === 'live'")
                try await tab.wait("document.querySelector('.missed')")
                let first = bench.wecom.wire.entries.first?.id ?? 0
                #expect(first > last)
                #expect(
                    try await tab.evaluate("document.querySelector('.missed').textContent")
                        == .string("\(Int64(first) - (seen.integer ?? 0) - 1) 条未保留"))
                await again.close()
            }
        }
    }
}
