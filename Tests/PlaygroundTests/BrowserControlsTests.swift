import BrowserTesting
import JSON
import Simulator
import TestSupport
import Testing
import WeCom

@Suite("The controls of a page of the playground", .serialized, .timeLimit(.minutes(5)))
struct BrowserControlsTests {
    private static let isHere = Chromium.program != nil

    private func withTab(
        _ chat: String = "app-1000002", width: Int = 1440, hasScript: Bool = true,
        _ body: @escaping (Bench, Tab) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab(width, 844, hasScript: hasScript)
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=\(chat)")
                try await body(bench, tab)
                #expect(tab.troubles == [])
            }
        }
    }

    @Test(
        "the title counts the chats in which there is something new", .enabled(if: isHere, "chromium is not installed"))
    func title() async throws {
        try await withTab { bench, tab in
            #expect(try await tab.evaluate("document.title") == "演练场 · wecom-router")
            await bench.wecom.say("x", as: UserID("zhangsan"), to: bench.apps[1])
            try await tab.wait("document.title === '(1) 演练场 · wecom-router'")
            try await tab.evaluate("document.querySelector('#chats a[href*=\"1000004\"]').click()")
            try await tab.wait("document.title === '演练场 · wecom-router'")
        }
    }

    @Test(
        "the wire that is paused counts what it holds back, and shows it when it goes on",
        .enabled(if: isHere, "chromium is not installed"))
    func pausing() async throws {
        try await withTab { _, tab in
            try await tab.say("vorher")
            try await tab.wait("document.querySelector('#log .msg:not(.me) .wl')?.textContent.includes('send 0')")
            try await tab.evaluate("document.activeElement.blur()")
            try await tab.press("p", code: 80)
            #expect(try await tab.evaluate("document.querySelector('#pause').ariaPressed") == "true")
            let rows = try await tab.evaluate("document.querySelectorAll('#rows .w.here').length").integer ?? 0
            try await tab.say("dazwischen")
            try await tab.wait("/^\\+\\d+$/.test(document.querySelector('#held').textContent)")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 4")
            try await tab.picture("paused")
            #expect(try await tab.evaluate("document.querySelectorAll('#rows .w.here').length") == .integer(rows))
            try await tab.evaluate("document.querySelector('#pause').click()")
            try await tab.wait("document.querySelectorAll('#rows .w.here').length >= \(rows + 2)")
            #expect(
                try await tab.evaluate(
                    "document.querySelector('#held').hidden && document.querySelector('#pause').ariaPressed") == "false"
            )
        }
    }

    @Test(
        "words in the field above the wire pick its rows, by msgid too, and those that come later",
        .enabled(if: isHere, "chromium is not installed"))
    func finding() async throws {
        try await withTab { bench, tab in
            try await tab.say("eins")
            try await tab.wait("document.querySelectorAll('#rows .w.here').length >= 2")
            let id = try #require(bench.answerer.heard.first?.messageID)
            let shown =
                "[...document.querySelectorAll('#rows .w.here:not([hidden]) .m')].map(row => row.textContent).join()"
            func find(_ words: String) async throws {
                try await tab.evaluate(
                    """
                    (field => { field.value = '\(words)'; field.dispatchEvent(new Event('input', { bubbles: true })); })(
                        document.querySelector('#find-wire'))
                    """)
            }
            try await find(id)
            #expect(try await tab.evaluate("\(shown).includes('eins')") == true)
            #expect(try await tab.evaluate("\(shown).includes('message/send')") == false)
            try await find("MESSAGE/send")
            #expect(try await tab.evaluate("\(shown).includes('callback')") == false)
            try await tab.say("zwei")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 4")
            try await tab.wait("document.querySelectorAll('#rows .w.here:not([hidden])').length === 2")
            #expect(try await tab.evaluate("document.querySelector('#shown-rows').textContent") == "2")
            try await find("undefined")
            #expect(try await tab.evaluate(shown) == "")
            try await find("")
            #expect(try await tab.evaluate("\(shown).includes('zwei')") == true)
        }
    }

    @Test(
        "Enter at the length of a recording sends that, and nothing else",
        .enabled(if: isHere, "chromium is not installed"))
    func slider() async throws {
        try await withTab("app-1000004") { bench, tab in
            try await tab.wait("document.body.dataset.state === 'live'")
            try await eventually { bench.answerer.heard.count == 1 }
            try await tab.evaluate(
                "document.querySelector('[popovertarget=voice]').click(); document.querySelector('#voice input').focus()"
            )
            try await tab.picture("recording")
            try await tab.press("Enter", code: 13)
            try await eventually { bench.answerer.heard.count == 2 }
            #expect(try await tab.evaluate("document.querySelector('#voice').matches(':popover-open')") == false)
            try await tab.say("danach")
            try await eventually { bench.answerer.heard.last?.content == .text("danach") }
            #expect(bench.answerer.heard.map(\.content.type) == ["event", "voice", "text"])
        }
    }

    @Test(
        "without script what is offered is said by a press, and dialogs open and close",
        .enabled(if: isHere, "chromium is not installed"))
    func withoutScript() async throws {
        try await withTab("app-1000004", width: 390, hasScript: false) { bench, tab in
            try await tab.evaluate("document.querySelector('#who').click()")
            try await tab.wait("document.querySelector('#people').open")
            try await tab.evaluate("document.querySelector('#people .dh button').click()")
            try await tab.wait("!document.querySelector('#people').open")
            try await tab.evaluate(
                "document.querySelector('#text').value = 'halb'; document.querySelector('.offers button').click()")
            try await eventually { bench.answerer.heard.map(\.content) == [.text("年假")] }
            try await tab.wait("document.querySelectorAll('#log .msg').length > 0")
        }
    }

    @Test(
        "whoever has switched single keys off presses none, and may switch them on again",
        .enabled(if: isHere, "chromium is not installed"))
    func keys() async throws {
        try await withTab { _, tab in
            func choose(_ choice: String) async throws {
                try await tab.evaluate(
                    "globalThis.isSame = true; document.querySelector('[name=keys][value=\(choice)]').click()")
                try await tab.wait("!globalThis.isSame && document.body?.dataset.state === 'live'")
                try await tab.wait("document.readyState === 'complete'")
                try await tab.press("?", code: 191, modifiers: 8)
            }
            try await choose("off")
            #expect(try await tab.evaluate("document.querySelector('#keys').open") == false)
            try await choose("on")
            try await tab.wait("document.querySelector('#keys').open")
            try await tab.picture("keys")
        }
    }

    @Test(
        "on a phone the way back to the list leads there, and so does a chat that is chosen there again",
        .enabled(if: isHere, "chromium is not installed"))
    func list() async throws {
        try await withTab("app-1000004", width: 390) { bench, tab in
            try await eventually { bench.answerer.heard.count == 1 }
            try await tab.evaluate("document.querySelector('#text').value = 'halb'")
            try await tab.evaluate("document.querySelector('.back2').click()")
            try await tab.wait("document.querySelector('#chats').offsetParent")
            try await tab.evaluate("document.querySelector('#chats [aria-current]').click()")
            try await tab.wait("document.querySelector('#text').offsetParent")
            #expect(try await tab.evaluate("document.querySelector('#text').value") == "halb")
            // To open it again is another visit.
            try await eventually { bench.answerer.heard.map(\.content) == [.event(.enterAgent), .event(.enterAgent)] }
        }
    }
}
