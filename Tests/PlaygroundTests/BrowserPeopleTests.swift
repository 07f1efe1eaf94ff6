import BrowserTesting
import JSON
import Playground
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("What people do at a page of the playground", .serialized, .timeLimit(.minutes(5))) struct BrowserPeopleTests {
    private static let isHere = Chromium.program != nil

    private func withTab(
        _ chat: String = "&chat=app-1000002", width: Int = 1440,
        _ body: @escaping (Bench, Chromium, Tab) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab(width, 844)
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan\(chat)")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await body(bench, browser, tab)
                #expect(tab.troubles == [])
            }
        }
    }

    @Test(
        "on a phone the list leads to a chat and a chat back to the list, and the keyboard can go all the way",
        .enabled(if: isHere, "chromium is not installed"))
    func phone() async throws {
        try await withTab("", width: 390) { bench, _, tab in
            func isSeen(_ selector: String) async throws -> Bool {
                try await tab.evaluate("!!document.querySelector('\(selector)').offsetParent") == true
            }
            #expect(try await isSeen("#chats"))
            #expect(try await !isSeen("#text"))
            // Nobody has opened a chat yet.
            try await tab.picture("phone-list")
            try await tab.evaluate("document.querySelector('#chats a[href*=\"1000004\"]').focus()")
            try await tab.press("Enter", code: 13)
            try await tab.wait(
                "document.querySelector('#text').offsetParent && !document.querySelector('#chats').offsetParent")
            try await eventually { bench.answerer.heard.map(\.content) == [.event(.enterAgent)] }
            #expect(try await tab.evaluate("getComputedStyle(document.querySelector('#text')).fontSize") == "16px")
            try await tab.say("vom Telefon")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
            try await tab.picture("phone-chat")
            try await tab.evaluate("document.querySelector('.back2').click()")
            try await tab.wait("document.querySelector('#chats').offsetParent")
            #expect(try await tab.evaluate("document.activeElement.matches('#chats a[aria-current]')") == true)
            // A phone's own way back is as good.
            try await tab.evaluate("document.querySelector('#chats a[href*=bot]').click()")
            try await tab.wait("document.querySelector('#text').offsetParent")
            try await tab.evaluate("history.back()")
            try await tab.wait(
                "document.querySelector('#chats').offsetParent && !document.querySelector('#text').offsetParent")
        }
    }

    @Test(
        "whoever opens a chat is announced to an app that wants it, and once a day to a bot",
        .enabled(if: isHere, "chromium is not installed"))
    func visits() async throws {
        try await withTab { bench, _, tab in
            try await tab.evaluate("document.querySelector('#chats a[href*=\"1000004\"]').click()")
            try await eventually { bench.answerer.heard.map(\.content) == [.event(.enterAgent)] }
            for _ in 1...2 {
                try await tab.evaluate("document.querySelector('#chats a[href*=bot]').click()")
                try await tab.wait("document.querySelector('#talk').getAttribute('aria-label') === '小路'")
                try await tab.wait("document.querySelector('#log').textContent.includes('你好，我是小路')")
                try await tab.evaluate("document.querySelector('#chats a[href*=\"1000002\"]').click()")
                try await tab.wait("document.querySelector('#talk').getAttribute('aria-label') === '代码助手'")
            }
            #expect(bench.answerer.botHeard.count == 1 && bench.answerer.heard.count == 1)
        }
    }

    @Test(
        "a press on what is offered says it and leaves alone what is being written",
        .enabled(if: isHere, "chromium is not installed"))
    func offers() async throws {
        try await withTab("&chat=app-1000004") { bench, _, tab in
            try await tab.evaluate("document.querySelector('#text').value = 'halb'")
            try await tab.evaluate("document.querySelector('.offers button').click()")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
            #expect(bench.answerer.heard.map(\.content).contains(.text("年假")))
            #expect(try await tab.evaluate("document.querySelector('#text').value") == "halb")
        }
    }

    @Test(
        "two tabs of the same person show the same, and what is read in one is read in both",
        .enabled(if: isHere, "chromium is not installed"))
    func sameTwice() async throws {
        try await withTab { bench, browser, tab in
            let other = try await browser.tab()
            try await other.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000004")
            try await other.wait("document.body.dataset.state === 'live'")
            let third = try await browser.tab()
            try await third.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
            try await third.wait("document.body.dataset.state === 'live'")
            try await tab.say("zweimal")
            for page in [tab, third] { try await page.wait("document.querySelectorAll('#log .msg').length === 2") }
            try await other.wait("document.querySelector('#chats li a').textContent.includes('zweimal')")
            try await other.wait("!document.querySelector('#chats .un')")
            #expect(other.troubles == [] && third.troubles == [])
        }
    }

    @Test(
        "a file of exactly 20 MB that is dropped goes to the app", .enabled(if: isHere, "chromium is not installed"))
    func largest() async throws {
        try await withTab { bench, _, tab in
            try await tab.evaluate(
                """
                (() => { globalThis.there = new Promise(done => new MutationObserver(() =>
                    document.querySelector('#log .me:not(.pend) .filem') && done()).observe(document.body, { childList: true, subtree: true }));
                const files = new DataTransfer();
                files.items.add(new File([new Uint8Array(20 * 1024 * 1024).fill(65)], 'large.bin'));
                document.querySelector('#text').dispatchEvent(
                    new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true }));
                document.querySelector('#composer').requestSubmit(); })()
                """)
            // So much is long on its way where nothing is optimised.
            try await tab.evaluate("there")
            #expect(try await tab.evaluate("document.querySelector('#log .me .filem small').textContent") == "20.0 MB")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
            #expect(bench.answerer.heard.map(\.content.type) == ["file"])
        }
    }

    @Test(
        "names that are markup, or turn the reading direction, are read as they are and run nothing",
        .enabled(if: isHere, "chromium is not installed"))
    func names() async throws {
        let name = "<img src=x onerror=alert(1)>\u{202E}]]>"
        try await withBench(appName: name, people: [UserID(name)]) { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open(bench.address)
                try await tab.wait("document.body.dataset.state === 'live'")
                for text in [name, String(repeating: "😀", count: 512), "a\u{202E}b\u{2066}c"] {
                    try await tab.say(text)
                }
                try await tab.wait("document.querySelectorAll('#log .msg').length === 6")
                try await tab.evaluate("document.querySelector('#who').click()")
                let shown = try await tab.evaluate("document.querySelector('#chats bdi').textContent")
                #expect(shown.string == name)
                #expect(try await tab.evaluate("document.querySelector('#people .ppl bdi').textContent").string == name)
                #expect(
                    try await tab.evaluate("document.images.length + document.querySelectorAll('[onerror]').length")
                        == 0)
                #expect(try await tab.evaluate("document.documentElement.scrollWidth <= innerWidth") == true)
                #expect(tab.troubles == [])
            }
        }
    }

    @Test(
        "words that nobody takes are marked, and arrive by a press once the router is there again",
        .enabled(if: isHere, "chromium is not installed"))
    func routerBack() async throws {
        try await withBench(patience: .milliseconds(50)) { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open("\(bench.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
                try await tab.wait("document.body.dataset.state === 'live'")
                bench.wecom.setCallbackURL("http://127.0.0.1:1/none", of: bench.apps[0])
                try await tab.say("verloren")
                try await tab.wait("document.querySelector('#log .no button')")
                #expect(try await tab.evaluate("document.body.dataset.state") == "live")
                bench.wecom.setCallbackURL(bench.callbackURL, of: bench.apps[0])
                try await tab.evaluate("document.querySelector('#log .no button').click()")
                try await tab.wait(
                    "document.querySelectorAll('#log .msg').length === 2 && !document.querySelector('#log .no')")
                // Repeats are WeCom's, where an answer takes longer than it waits here.
                let heard = bench.answerer.heard
                #expect(heard.allSatisfy { $0.content == .text("verloren") } && Set(heard.map(\.messageID)).count == 1)
                #expect(tab.troubles == [])
            }
        }
    }

    @Test("a recording plays, and stops when it is pressed again", .enabled(if: isHere, "chromium is not installed"))
    func playing() async throws {
        try await withTab { _, _, tab in
            try await tab.evaluate(
                """
                fetch('/act/voice', { method: 'POST', body: new URLSearchParams({
                    as: '\(Bench.corp):zhangsan', chat: 'app-1000002', seconds: '30', text: 'gehört' }) })
                """)
            try await tab.wait("document.querySelector('#log .msg.me:not(.pend) .play')")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
            try await tab.send(
                "Runtime.evaluate", ["expression": "document.querySelector('.play').click()", "userGesture": true])
            try await tab.wait("document.querySelector('.play.on')")
            try await tab.evaluate("document.querySelector('.play').click()")
            try await tab.wait("document.querySelector('.play:not(.on)')")
        }
    }
}
