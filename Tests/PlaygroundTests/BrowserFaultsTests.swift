import BrowserTesting
import JSON
import Simulator
import TestSupport
import Testing
import WeCom

@testable import Playground

@Suite("The switches of the playground under somebody's hands", .serialized, .timeLimit(.minutes(5)))
struct BrowserFaultsTests {
    private static let isHere = Chromium.program != nil

    private func withTab(
        width: Int = 1440, _ body: @escaping (Bench, Chromium, Tab) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab(width, 844)
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await body(bench, browser, tab)
                // What is not kept is told by the browser, too.
                #expect(tab.troubles.filter { !$0.contains("404") } == [])
            }
        }
    }

    @Test(
        "a fault that is met takes nobody from a switch, and leaves a setting that was chosen",
        .enabled(if: isHere, "chromium is not installed"))
    func met() async throws {
        try await withTab { _, _, tab in
            try await tab.evaluate("document.querySelector('#f-rate').click()")
            try await tab.wait("document.querySelector('#f-rate').ariaChecked === 'true'")
            try await tab.evaluate(
                "(field => { field.focus(); field.value = 'send-10'; })(document.querySelector('#s-slow'))")
            try await tab.evaluate(
                """
                fetch('/act/say', { method: 'POST', body: new URLSearchParams({
                    as: '\(Bench.corp):zhangsan', chat: 'app-1000002', text: 'x' }) })
                """)
            try await tab.wait("document.querySelector('#faults').textContent.includes('已命中 1 / 3')")
            #expect(
                try await tab.evaluate("document.activeElement.id + document.activeElement.value") == "s-slowsend-10")
            // What the server says anew stands.
            try await tab.evaluate("document.querySelector('#f-slow').click()")
            try await tab.wait("document.querySelector('#f-slow').ariaChecked === 'true'")
            #expect(try await tab.evaluate("document.querySelector('#s-slow').value") == "send-10")
        }
    }

    @Test(
        "what is chosen in a card stays chosen while its calls are told",
        .enabled(if: isHere, "chromium is not installed")
    )
    func card() async throws {
        try await withTab { bench, _, tab in
            try await tab.say("cards")
            try await tab.wait("document.querySelectorAll('.card').length === 5")
            try await tab.wait("document.querySelectorAll('.card ~ .wl').length === 5")
            let field = "document.querySelector('.card select')"
            try await tab.evaluate("globalThis.old = \(field); old.selectedIndex = 1; old.focus()")
            let id = try await tab.evaluate("\(field).closest('.turn').id.slice(2)")
            let chat = ChatKey.app(bench.apps[0].identity, UserID("zhangsan"))
            bench.playground.tell([ChatBook.EntryPlace(chat: chat, id: try #require(Int(id.string ?? "")))])
            try await tab.wait("\(field) !== old")
            #expect(
                try await tab.evaluate("\(field).selectedIndex === 1 && document.activeElement === \(field)") == true)
        }
    }

    @Test(
        "for a finger each switch, filter and segment is 40 pixels", .enabled(if: isHere, "chromium is not installed"))
    func coarse() async throws {
        try await withTab(width: 390) { bench, browser, tab in
            try await tab.send("Emulation.setTouchEmulationEnabled", ["enabled": true])
            try await tab.wait("matchMedia('(pointer:coarse)').matches")
            for (view, selectors) in [
                "faults": ["#f-rate", "#s-rate", ".seg a", ".scopes a", "#calm"],
                "wire": [".wf label.c", "#pause", ".seg a"],
            ] {
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002&view=\(view)")
                for selector in selectors {
                    // As far up and down from its middle as a finger may be off.
                    let isHit = try await tab.evaluate(
                        """
                        (item => { const { x, y, width, height } = item.getBoundingClientRect();
                        return [-19, 19].every(off => item.contains(document.elementFromPoint(x + width / 2, y + height / 2 + off))); })(
                            document.querySelector('\(selector)'))
                        """)
                    #expect(isHit == true, "\(view): \(selector)")
                }
                try await tab.picture("coarse-\(view)")
            }
        }
    }

    @Test(
        "a call of a bubble that is kept no more is said to be so", .enabled(if: isHere, "chromium is not installed"))
    func notKept() async throws {
        try await withTab { bench, _, tab in
            try await tab.say("x")
            try await tab.wait("document.querySelector('#log .me .wl a')")
            bench.wecom.wire.clear()
            try await tab.evaluate("document.querySelector('#log .me .wl a').click()")
            try await tab.wait("document.querySelector('#detail').textContent.includes('不再保留')")
        }
    }
}
