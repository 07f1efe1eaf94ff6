import BrowserTesting
import JSON
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("A page of the playground where something comes to its end", .serialized, .timeLimit(.minutes(5)))
struct BrowserLimitsTests {
    private static let isHere = Chromium.program != nil

    private func withTab(
        _ chat: String = "app-1000002", patience: Duration = .seconds(5),
        _ body: @escaping (Bench, Chromium, Tab) async throws -> Void
    ) async throws {
        try await withBench(patience: patience) { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=\(chat)")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await body(bench, browser, tab)
                #expect(tab.troubles == [])
            }
        }
    }

    @Test(
        "a bot's answer grows for six minutes and not longer, and the page says so",
        .enabled(if: isHere, "chromium is not installed"))
    func sixMinutes() async throws {
        try await withTab("bot-aib3fQ0x") { bench, _, tab in
            try await tab.say("endless")
            for minute in 1...6 {
                let last = try await tab.evaluate("document.querySelector('#log .grows')?.textContent")
                try await tab.wait(
                    "(text => text && text !== '\(last.string ?? "")')(document.querySelector('#log .grows')?.textContent)"
                )
                #expect(
                    try await tab.evaluate("document.querySelector('#log .turn:last-child').ariaBusy") == "true",
                    "minute \(minute)")
                bench.wecom.clock.advance(by: .seconds(60))
            }
            try await tab.wait("!document.querySelector('#log .grows')")
            let bubble = "document.querySelector('#log .turn:last-child .bub')"
            #expect(try await tab.evaluate("\(bubble).querySelector('.comment').textContent") == "六分钟已过，不再更新")
            #expect(try await tab.evaluate("\(bubble).closest('.turn').ariaBusy") == .null)
            // It is asked no more, and the next question is another's.
            try await tab.say("为什么慢了？")
            try await tab.wait("document.querySelector('#log th') && !document.querySelector('#log .grows')")
            #expect(try await tab.evaluate("document.querySelectorAll('#log .comment').length") == 1)
            try await tab.picture("six-minutes")
        }
    }

    @Test(
        "in a small window the end of a bot's answer stays in sight while it grows",
        .enabled(if: isHere, "chromium is not installed"))
    func following() async throws {
        try await withTab("bot-aib3fQ0x") { _, _, tab in
            try await tab.resize(390, 480)
            for count in 1...2 {
                try await tab.say("为什么慢了？")
                try await tab.wait(
                    "document.querySelectorAll('#log th').length === \(2 * count) && !document.querySelector('#log .grows')"
                )
                try await tab.wait(Self.isAtEnd)
            }
        }
    }

    private static let isAtEnd =
        "(box => box.scrollHeight - box.scrollTop - box.clientHeight < 4)(document.querySelector('#scroll'))"

    @Test(
        "20,480 bytes of a bot are shown as they are at any width, and a byte more is said to be refused",
        .enabled(if: isHere, "chromium is not installed"))
    func largest() async throws {
        #expect(Answerer.largest.utf8.count == 20_480)
        try await withTab("bot-aib3fQ0x") { _, _, tab in
            try await tab.say("largest")
            try await tab.wait("document.querySelector('#log .turn:last-child .md')?.textContent.endsWith('Ende')")
            let shown =
                try await tab.evaluate("document.querySelector('#log .turn:last-child .md').textContent").string ?? ""
            try await tab.wait(Self.isAtEnd)
            #expect(shown.filter { !$0.isWhitespace } == Answerer.largest.filter { !$0.isWhitespace })
            #expect(try await tab.evaluate("document.querySelector('[onerror],#log img') === null") == true)
            for width in [1440, 768, 320] {
                try await tab.resize(width, 844)
                #expect(
                    try await tab.evaluate("document.documentElement.scrollWidth <= innerWidth") == true, "\(width)")
                #expect(
                    try await tab.evaluate(
                        "(log => log.scrollWidth <= log.clientWidth)(document.querySelector('#scroll'))") == true,
                    "\(width)")
            }
            try await tab.picture("largest-320")
            try await tab.resize(1440, 900)
            try await tab.say("too large")
            try await tab.wait("document.querySelector('#log .sys.bad')?.textContent.includes('20481')")
        }
    }

    @Test(
        "a press that nobody takes gives the buttons back; one that comes after the answer reaches nobody",
        .enabled(if: isHere, "chromium is not installed"))
    func presses() async throws {
        try await withTab(patience: .milliseconds(500)) { bench, _, tab in
            try await tab.say("cards")
            try await tab.wait("document.querySelectorAll('.card').length === 5")
            let button = "document.querySelector('button[value=once]')"
            try await tab.evaluate(
                "globalThis.late = new URLSearchParams(new FormData(\(button).form)); late.set('key', 'once')")
            bench.wecom.setCallbackURL("http://127.0.0.1:1/none", of: bench.apps[0])
            try await tab.evaluate("\(button).click()")
            try await eventually {
                bench.wecom.wire.entries.contains {
                    $0.failure != nil && $0.attempt.map { $0.number == $0.most } == true
                }
            }
            bench.wecom.setCallbackURL(bench.callbackURL, of: bench.apps[0])
            try await tab.wait("\(button) && !\(button).disabled")
            try await eventually {
                // Until it is heard: the page may not have its button back yet.
                if bench.answerer.presses == 0 { try await tab.evaluate("\(button)?.click()") }
                return try await tab.evaluate("document.querySelector('#log').textContent.includes('已选择 once')") == true
            }
            let presses = bench.answerer.presses
            #expect(
                try await tab.evaluate("fetch('/act/press', { method: 'POST', body: late }).then(answer => answer.ok)")
                    == true)
            try await tab.say("danach")
            try await tab.wait("document.querySelector('#log .turn:last-child').textContent.includes('danach')")
            try await eventually { bench.answerer.heard.contains { $0.content == .text("danach") } }
            #expect(bench.answerer.presses == presses)
        }
    }

    @Test(
        "of seven tabs of one browser each can be used: those behind pause, and the one in front is live",
        .enabled(if: isHere, "chromium is not installed"))
    func sevenTabs() async throws {
        try await withTab { bench, browser, first in
            var tabs = [first]
            for _ in 2...7 {
                let tab = try await browser.tab(beside: first)
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
                try await tab.wait("document.body.dataset.state === 'live'")
                tabs.append(tab)
            }
            for tab in tabs[..<3] { try await tab.wait("document.body.dataset.state === 'paused'") }
            for (index, tab) in tabs.enumerated() {
                try await tab.send("Page.bringToFront")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await tab.say("Blatt \(index + 1).")
                try await tab.wait("document.querySelectorAll('#log .msg').length === \(2 * (index + 1))")
            }
            #expect(bench.answerer.heard.count == 7)
            for tab in tabs { #expect(tab.troubles == []) }
        }
    }

    @Test(
        "at 400 % everything can be brought into sight, without scrolling sideways",
        .enabled(if: isHere, "chromium is not installed"))
    func zoom() async throws {
        try await withTab { bench, _, tab in
            try await tab.say("cards")
            try await tab.wait("document.querySelectorAll('.card').length === 5")
            // A window of 1,280 by 1,024.
            try await tab.send(
                "Emulation.setDeviceMetricsOverride",
                ["width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": false])
            let reached = """
                selector => {
                    const item = document.querySelector(selector);
                    item.scrollIntoView({ block: 'center' });
                    const { x, y, width, height } = item.getBoundingClientRect();
                    return item.contains(document.elementFromPoint(x + width / 2, y + height / 2));
                }
                """
            let needed = [
                "chat": ["#who", "#text", "#composer .b.p", "#log .turn:first-child .bub", "button[value=deny]"],
                "wire": ["#pause", "#rows .w:last-child", ".tl label:last-child", "#curl"],
                "faults": ["#f-slow", "#f-skew", ".f:last-child select"],
            ]
            for (view, selectors) in needed {
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002&view=\(view)")
                try await tab.wait("document.body.dataset.state === 'live'")
                #expect(try await tab.evaluate("document.documentElement.scrollWidth <= innerWidth") == true, "\(view)")
                for selector in selectors {
                    #expect(try await tab.evaluate("(\(reached))('\(selector)')") == true, "\(view): \(selector)")
                }
                try await tab.picture("zoom-\(view)")
            }
        }
    }

    @Test(
        "where the system chooses the colours, what is on or chosen differs from what is not",
        .enabled(if: isHere, "chromium is not installed"))
    func forcedColours() async throws {
        try await withTab { _, _, tab in
            try await tab.say("x")
            try await tab.wait("document.querySelector('#detail .tl')")
            try await tab.send(
                "Emulation.setEmulatedMedia", ["features": [["name": "forced-colors", "value": "active"]]])
            try await tab.evaluate("document.querySelector('#f-rate').click()")
            try await tab.wait("document.querySelector('#f-rate').ariaChecked === 'true'")
            func style(_ selector: String, _ property: String, _ part: String = "") async throws -> JSONValue {
                try await tab.evaluate(
                    "getComputedStyle(document.querySelector('\(selector)'), '\(part)').\(property)")
            }
            // The knob goes over with a transition.
            try await tab.wait(
                "getComputedStyle(document.querySelector('#f-rate')).backgroundColor !== getComputedStyle(document.querySelector('#f-down')).backgroundColor"
            )
            for fault in ["#f-rate", "#f-down"] {
                #expect(
                    try await style(fault, "backgroundColor") != style(fault, "backgroundColor", "::before"), "\(fault)"
                )
            }
            #expect(
                try await style(".tl label:has(:checked)", "borderBottomColor")
                    != style(".tl label:not(:has(:checked))", "borderBottomColor"))
            #expect(try await style("#chats [aria-current]", "outlineStyle") == "solid")
            #expect(try await style("#chats .it:not([aria-current])", "outlineStyle") == "none")
            try await tab.picture("forced-colours")
        }
    }

    @Test(
        "a fault that is on has another colour than one that is off", .enabled(if: isHere, "chromium is not installed"))
    func switches() async throws {
        try await withTab { _, _, tab in
            try await tab.evaluate("document.querySelector('#f-rate').click()")
            try await tab.wait("document.querySelector('#f-rate').ariaChecked === 'true'")
            try await tab.wait(
                "getComputedStyle(document.querySelector('#f-rate')).backgroundColor !== getComputedStyle(document.querySelector('#f-down')).backgroundColor"
            )
        }
    }
}
