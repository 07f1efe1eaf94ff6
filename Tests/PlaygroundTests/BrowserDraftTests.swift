import BrowserTesting
import JSON
import Playground
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("What is being written at a page of the playground", .serialized, .timeLimit(.minutes(5)))
struct BrowserDraftTests {
    private static let isHere = Chromium.program != nil

    private func withTab(
        _ chat: String = "app-1000002", _ body: @escaping (Bench, Tab) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=\(chat)")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await body(bench, tab)
                // What is refused is told by the browser, too.
                #expect(tab.troubles.filter { !$0.contains("422") } == [])
            }
        }
    }

    private func drop(_ files: [(name: String, size: Int)], on tab: Tab) async throws {
        let added = files.map { "files.items.add(new File([new Uint8Array(\($0.size)).fill(65)], '\($0.name)'));" }
        try await tab.evaluate(
            """
            (() => { const files = new DataTransfer(); \(added.joined())
            document.querySelector('#text').dispatchEvent(
                new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })); })()
            """)
    }

    private func go(to chat: String, named name: String, in tab: Tab) async throws {
        try await tab.evaluate("document.querySelector('#chats a[href*=\"\(chat)\"]').click()")
        try await tab.wait("document.querySelector('#talk').getAttribute('aria-label') === '\(name)'")
    }

    private func text(in tab: Tab) async throws -> String? {
        try await tab.evaluate("document.querySelector('#text').value").string
    }

    private func chips(in tab: Tab) async throws -> String? {
        try await tab.evaluate(
            "[...document.querySelectorAll('#chips li span')].map(chip => chip.textContent).join()"
        ).string
    }

    @Test("files that are attached stay in their chat, as words do", .enabled(if: isHere, "chromium is not installed"))
    func files() async throws {
        try await withTab { bench, tab in
            try await drop([("vertraulich.txt", 2048)], on: tab)
            #expect(try await chips(in: tab) == "vertraulich.txt · 2 KB")
            try await go(to: "1000004", named: "人事助手", in: tab)
            #expect(try await chips(in: tab) == "")
            try await tab.say("nur Text")
            try await tab.wait("document.querySelectorAll('#log .me').length === 1")
            try await go(to: "1000002", named: "代码助手", in: tab)
            #expect(try await chips(in: tab) == "vertraulich.txt · 2 KB")
            try await tab.evaluate("document.querySelector('#composer').requestSubmit()")
            try await tab.wait("document.querySelector('#log .me .filem b')")
            #expect(try await chips(in: tab) == "")
            #expect(bench.answerer.heard.filter { $0.content.type == "file" }.count == 1)
        }
    }

    @Test(
        "a draft outlives a press on its own chat, another scope of faults, a language and a theme",
        .enabled(if: isHere, "chromium is not installed"))
    func kept() async throws {
        try await withTab { _, tab in
            try await tab.evaluate("document.querySelector('#text').focus()")
            try await tab.type("halb")
            try await drop([("a.txt", 2048)], on: tab)
            try await tab.evaluate("document.querySelector('#scope-corp').click()")
            try await tab.wait("document.querySelector('#scope-corp').ariaCurrent === 'true'")
            #expect(try await text(in: tab) == "halb")
            #expect(try await chips(in: tab) == "a.txt · 2 KB")
            try await tab.evaluate("document.querySelector('#chats [aria-current]').click()")
            try await tab.wait("document.querySelector('#scope-app').ariaCurrent === 'true'")
            #expect(try await text(in: tab) == "halb")
            #expect(try await chips(in: tab) == "a.txt · 2 KB")
            for choice in ["lang", "theme"] {
                try await tab.evaluate("globalThis.isSame = true; document.querySelector('[name=\(choice)]').click()")
                try await tab.wait("!globalThis.isSame && document.body?.dataset.state === 'live'")
                try await tab.wait("document.querySelector('#text')?.value === 'halb'")
            }
            #expect(
                try await tab.evaluate("document.documentElement.lang + document.documentElement.dataset.theme")
                    == "endark")
        }
    }

    @Test(
        "who is called is put where one writes, and leaves alone what is written",
        .enabled(if: isHere, "chromium is not installed"))
    func calling() async throws {
        try await withTab("group-wrPlayground1") { bench, tab in
            try await tab.evaluate("document.querySelector('#text').focus()")
            try await tab.type("为什么慢了？")
            try await tab.evaluate(
                "document.querySelector('#text').setSelectionRange(0, 0); document.querySelector('[data-fill=\"@\"]').click()"
            )
            try await tab.wait("!document.querySelector('#offered').hidden")
            try await tab.picture("calling")
            try await tab.press("Enter", code: 13)
            #expect(try await text(in: tab) == "@小路 为什么慢了？")
            #expect(try await tab.evaluate("document.querySelector('#offered').hidden") == true)
            #expect(bench.answerer.botHeard.isEmpty)
            try await tab.press("Enter", code: 13)
            try await eventually { !bench.answerer.botHeard.isEmpty }
        }
    }

    @Test(
        "a slash lists the commands, which keys choose, complete and put away",
        .enabled(if: isHere, "chromium is not installed"))
    func commands() async throws {
        try await withTab { bench, tab in
            let shown =
                "[...document.querySelectorAll('#offered:not([hidden]) > :not([hidden])')].map(item => item.firstChild.data).join()"
            let chosen = """
                (field => document.getElementById(field.getAttribute('aria-activedescendant'))?.dataset.fill)(document.querySelector('#text'))
                """
            try await tab.evaluate("document.querySelector('#text').focus()")
            try await tab.type("/")
            #expect(try await tab.evaluate(shown) == "/status,/stop,/new,/queue,/retry,/help")
            try await tab.picture("commands")
            try await tab.type("st")
            #expect(try await tab.evaluate(shown) == "/status,/stop")
            #expect(try await tab.evaluate(chosen) == "/status")
            try await tab.press("ArrowDown", code: 40)
            #expect(try await tab.evaluate(chosen) == "/stop")
            try await tab.press("ArrowUp", code: 38)
            try await tab.press("Tab", code: 9)
            #expect(try await text(in: tab) == "/status")
            #expect(try await tab.evaluate("document.activeElement.id") == "text")
            #expect(try await tab.evaluate(shown) == "")
            #expect(bench.answerer.heard.isEmpty)
            try await tab.press("Enter", code: 13)
            try await eventually { bench.answerer.heard.map(\.content) == [.text("/status")] }
            try await tab.type("/n")
            try await tab.press("Escape", code: 27)
            #expect(try await tab.evaluate(shown) == "")
            try await tab.press("Enter", code: 13)
            try await eventually { bench.answerer.heard.map(\.content) == [.text("/status"), .text("/n")] }
            // In the middle of a sentence it is a sign like others.
            try await tab.type("a /st")
            #expect(try await tab.evaluate(shown) == "")
        }
    }

    @Test(
        "of several files all are sent or none, and a second press sends none twice",
        .enabled(if: isHere, "chromium is not installed"))
    func allOrNothing() async throws {
        try await withTab { bench, tab in
            try await drop([("good.txt", 2048), ("tiny.txt", 1)], on: tab)
            try await tab.say("dazu")
            try await tab.wait("document.querySelector('#sayerror').textContent.includes('6')")
            #expect(try await chips(in: tab) == "good.txt · 2 KB,tiny.txt · 1 KB")
            #expect(try await text(in: tab) == "dazu")
            #expect(try await tab.evaluate("document.querySelectorAll('#log .me').length") == 0)
            try await tab.evaluate("document.querySelector('#chips li:last-child button').click()")
            #expect(try await tab.evaluate("document.querySelector('#sayerror').hidden") == true)
            try await tab.evaluate("document.querySelector('#composer').requestSubmit()")
            try await tab.wait("document.querySelectorAll('#log .me').length === 2")
            try await eventually { bench.answerer.heard.count == 2 }
        }
    }

    @Test(
        "files that are too large together say the limit, in the page's language, and no longer than that",
        .enabled(if: isHere, "chromium is not installed"))
    func tooLargeTogether() async throws {
        try await withTab { _, tab in
            try await drop([("a.bin", 12 << 20), ("b.bin", 12 << 20)], on: tab)
            #expect(try await tab.evaluate("document.querySelector('#sayerror').textContent") == "超过 20 MB（单个或合计），没有附上")
            #expect(try await chips(in: tab) == "a.bin · 12288 KB")
            try await tab.evaluate("document.querySelector('#chips button').click()")
            #expect(try await tab.evaluate("document.querySelector('#sayerror').hidden") == true)
            #expect(try await chips(in: tab) == "")
        }
    }

    @Test("Escape closes the menu for recordings", .enabled(if: isHere, "chromium is not installed"))
    func voice() async throws {
        try await withTab { bench, tab in
            try await tab.evaluate("document.querySelector('[popovertarget=voice]').click()")
            #expect(try await tab.evaluate("document.querySelector('#voice').matches(':popover-open')") == true)
            try await tab.picture("voice")
            try await tab.press("Escape", code: 27)
            #expect(try await tab.evaluate("document.querySelector('#voice').matches(':popover-open')") == false)
            try await tab.evaluate("document.querySelector('#text').value = 'gesagt'")
            try await tab.evaluate("document.querySelector('[popovertarget=voice]').click()")
            try await tab.evaluate("document.querySelector('#voice button').click()")
            try await eventually { bench.answerer.heard.map(\.content.type) == ["voice"] }
            #expect(try await tab.evaluate("document.querySelector('#voice').matches(':popover-open')") == false)
            #expect(try await text(in: tab) == "")
        }
    }
}
