import BrowserTesting
import Foundation
import JSON
import Playground
import Simulator
import System
import TestSupport
import Testing
import WeCom

@Suite("The playground in a browser", .serialized, .timeLimit(.minutes(5))) struct BrowserTests {
    private static let isHere = Chromium.program != nil

    @Test(
        "a browser is installed, where one has to be", .enabled(if: Chromium.isRequired, "no browser is required here"))
    func installed() { #expect(Chromium.program != nil) }

    private func address(_ bench: Bench, _ user: String = "zhangsan", _ chat: String = "app-1000002") -> String {
        "\(bench.address)/?as=\(Bench.corp):\(user)&chat=\(chat)"
    }

    private func withTab(
        _ user: String = "zhangsan", _ chat: String = "app-1000002", mayLoseIt: Bool = false,
        _ body: @escaping (Bench, Chromium, Tab) async throws -> Void
    ) async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open(address(bench, user, chat))
                try await tab.wait("document.body.dataset.state === 'live'")
                try await body(bench, browser, tab)
                #expect(tab.troubles.filter { !mayLoseIt || !$0.contains("ERR_CONNECTION_REFUSED") } == [])
                #expect(tab.requests.allSatisfy { $0.hasPrefix(bench.address) || $0.hasPrefix("about:") })
            }
        }
    }

    @Test(
        "Enter sends and Shift+Enter breaks the line; the answer comes without asking",
        .enabled(if: isHere, "chromium is not installed"))
    func writing() async throws {
        try await withTab { bench, _, tab in
            try await tab.evaluate("document.querySelector('#text').focus()")
            try await tab.type("eins")
            try await tab.press("Enter", code: 13, modifiers: 8)
            try await tab.type("zwei")
            #expect(try await tab.evaluate("document.querySelector('#text').value") == "eins\nzwei")
            #expect(bench.answerer.heard.isEmpty)
            try await tab.press("Enter", code: 13)
            try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
            #expect(bench.answerer.heard.map(\.content) == [.text("eins\nzwei")])
            #expect(try await tab.evaluate("document.querySelector('#text').value") == "")
            try await tab.wait("document.querySelector('#detail [data-entry]')")
            try await tab.picture("writing")
        }
    }

    @Test(
        "a Chinese word that is being composed sends nothing, nor does the Enter that ends it",
        .enabled(if: isHere, "chromium is not installed"))
    func composing() async throws {
        try await withTab { bench, _, tab in
            try await tab.evaluate("document.querySelector('#text').focus()")
            try await tab.send(
                "Input.imeSetComposition", ["text": "ni hao", "selectionStart": 6, "selectionEnd": 6])
            try await tab.press("Process", code: 229)
            try await tab.type("你好")
            // The key that chose the word comes at once after it.
            try await tab.evaluate(
                """
                (() => { const field = document.querySelector('#text');
                field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }));
                field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })); })()
                """)
            #expect(try await tab.evaluate("document.querySelector('#text').value.endsWith('你好')") == true)
            #expect(bench.answerer.heard.isEmpty)
        }
    }

    @Test(
        "two tabs are two people, who see each other's words as they come",
        .enabled(if: isHere, "chromium is not installed"))
    func twoPeople() async throws {
        try await withTab("zhangsan", "group-wrPlayground1") { bench, browser, tab in
            let other = try await browser.tab(isDark: true, language: "en")
            try await other.open(address(bench, "lisi", "group-wrPlayground1"))
            try await other.wait("document.body.dataset.state === 'live'")
            try await tab.say("@小路 有哪些破坏性变更？")
            try await other.wait("document.querySelector('#log').textContent.includes('破坏性变更')")
            try await other.wait("document.querySelector('#log .md table')")
            try await other.picture("group-dark")
            #expect(other.troubles == [])
        }
    }

    @Test(
        "a file that is dropped goes along with the next message; one that is too large says so and stays behind",
        .enabled(if: isHere, "chromium is not installed"))
    func dropping() async throws {
        try await withTab { bench, _, tab in
            let drop = """
                (size, name) => { const files = new DataTransfer();
                files.items.add(new File([new Uint8Array(size).fill(65)], name));
                document.querySelector('#text').dispatchEvent(
                    new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true })); }
                """
            try await tab.evaluate("(\(drop))(21 * 1024 * 1024, 'large.bin')")
            #expect(try await tab.evaluate("document.querySelector('#sayerror').textContent.includes('20 MB')") == true)
            #expect(try await tab.evaluate("document.querySelectorAll('#chips li').length") == 0)
            try await tab.evaluate("(\(drop))(2048, '<b>.txt')")
            #expect(try await tab.evaluate("document.querySelector('#chips span').textContent") == "<b>.txt · 2 KB")
            try await tab.say("mit Datei")
            try await tab.wait("document.querySelector('#log .me .filem b')?.textContent === '<b>.txt'")
            try await eventually { bench.answerer.heard.count == 2 }
            #expect(try await tab.evaluate("document.querySelectorAll('#chips li').length") == 0)
        }
    }

    @Test(
        "messages that come while one reads further up are counted, and the end is a click away",
        .enabled(if: isHere, "chromium is not installed"))
    func readingUp() async throws {
        try await withTab { _, _, tab in
            for number in 1...12 { try await tab.say("Zeile \(number)") }
            try await tab.wait("document.querySelectorAll('#log .msg').length === 24")
            // The page follows with its next frame.
            try await tab.wait(
                "(box => box.scrollHeight - box.scrollTop - box.clientHeight < 4)(document.querySelector('#scroll'))")
            try await tab.evaluate("document.querySelector('#scroll').scrollTop = 0")
            try await tab.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            try await tab.evaluate(
                "fetch('/act/say', { method: 'POST', body: new URLSearchParams({ as: '\(Bench.corp):zhangsan', chat: 'app-1000002', text: 'unten' }) })"
            )
            try await tab.wait("!document.querySelector('#newer').hidden")
            #expect(try await tab.evaluate("document.querySelector('#scroll').scrollTop") == 0)
            #expect(
                try await tab.evaluate("/^↓ [12] 条新消息$/.test(document.querySelector('#newer').textContent)") == true)
            try await tab.evaluate("document.querySelector('#newer').click()")
            try await tab.wait(
                "document.querySelector('#newer').hidden && document.querySelector('#scroll').scrollTop > 0")
        }
    }

    @Test("a card is pressed, and shows what the app made of it", .enabled(if: isHere, "chromium is not installed"))
    func pressing() async throws {
        try await withTab { _, _, tab in
            try await tab.say("cards")
            try await tab.wait("document.querySelectorAll('.card').length === 5")
            try await tab.evaluate("document.querySelector('button[value=once]').click()")
            try await tab.wait("document.querySelector('#log').textContent.includes('已选择 once')")
            try await tab.picture("cards")
        }
    }

    @Test(
        "a page of another chat comes without a new document, and what was typed stays in its own",
        .enabled(if: isHere, "chromium is not installed"))
    func going() async throws {
        try await withTab { _, _, tab in
            try await tab.evaluate("globalThis.isSame = true; document.querySelector('#text').value = 'draft'")
            try await tab.evaluate("document.querySelector('#chats a[href*=\"1000004\"]').click()")
            try await tab.wait("document.querySelector('#talk').getAttribute('aria-label') === '人事助手'")
            #expect(try await tab.evaluate("isSame && document.querySelector('#text').value === ''") == true)
            try await tab.say("hier")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
            try await tab.evaluate("history.back()")
            try await tab.wait("document.querySelector('#text').value === 'draft'")
        }
    }

    @Test(
        "when the playground is gone and back, the page shows it and keeps what was typed",
        .enabled(if: isHere, "chromium is not installed"))
    func reconnecting() async throws {
        try await withTab(mayLoseIt: true) { bench, _, tab in
            try await tab.evaluate("document.querySelector('#text').value = 'typed'")
            await bench.playground.close()
            try await tab.wait("document.body.dataset.state === 'lost'")
            #expect(try await tab.evaluate("getComputedStyle(document.querySelector('.gap')).display") == "flex")
            let again = try await bench.reopen()
            try await tab.wait("document.body.dataset.state === 'live'")
            #expect(try await tab.evaluate("document.querySelector('#text').value") == "typed")
            try await tab.evaluate("document.querySelector('#composer').requestSubmit()")
            try await tab.wait("document.querySelector('#log').textContent.includes('typed')")
            #expect(bench.answerer.heard.map(\.content) == [.text("typed")])
            await again.close()
        }
    }

    @Test(
        "nothing scrolls sideways at any width, in either language and theme",
        .enabled(if: isHere, "chromium is not installed"))
    func widths() async throws {
        try await withTab { bench, browser, first in
            try await first.say("cards")
            try await first.wait("document.querySelectorAll('.card').length === 5")
            for width in [320, 390, 768, 1024, 1100, 1280, 1440, 1920] {
                let isOdd = width % 3 == 0
                let tab = try await browser.tab(width, 844, isDark: isOdd, language: isOdd ? "en" : "zh-CN")
                for view in ["chat", "wire", "faults"] {
                    try await tab.open(address(bench) + "&view=\(view)")
                    let overhang = try await tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                    #expect((overhang.integer ?? 1) <= 0, "\(width) \(view)")
                    // What a frame would cut off makes nothing scroll.
                    let cut = try await tab.evaluate(
                        """
                        [...document.querySelectorAll('.th,.msg,#composer .b,.cf,.ph,.f,.w')].filter(item => item.offsetParent &&
                            item.getBoundingClientRect().right > item.closest('.win,.pan').getBoundingClientRect().right)
                            .map(item => item.className).join()
                        """)
                    #expect(cut == "", "\(width) \(view)")
                    try await tab.picture("\(view)-\(width)")
                }
                #expect(tab.troubles == [])
            }
        }
    }

    @Test("without script one can write, press, choose and look", .enabled(if: isHere, "chromium is not installed"))
    func withoutScript() async throws {
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab(hasScript: false)
                try await tab.open(address(bench))
                // Commands of the protocol run where the page's own script may not.
                try await tab.evaluate(
                    "document.querySelector('#text').value = 'ohne'; document.querySelector('#composer').submit()")
                try await eventually { bench.answerer.heard.count == 1 }
                try await tab.wait("document.querySelectorAll('#log .msg').length > 0")
                try await tab.evaluate("document.querySelector('#f-rate').click()")
                try await eventually { bench.wecom.faults.orders.count == 1 }
                #expect(tab.troubles == [])
            }
        }
    }

    @Test(
        "without script a file that is too large is said to be so in a page that leads back",
        .enabled(if: isHere, "chromium is not installed"))
    func tooLargeWithoutScript() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "large-\(UUID().uuidString).bin")
        try Data(repeating: 65, count: 40 << 20).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try await withBench { bench in
            try await Chromium.with { browser in
                let tab = try await browser.tab(390, 844, isDark: true, hasScript: false)
                try await tab.open(address(bench))
                let input = try await tab.send(
                    "Runtime.evaluate", ["expression": "document.querySelector('#composer [type=file]')"])
                try await tab.send(
                    "DOM.setFileInputFiles",
                    ["files": [.string(file.path)], "objectId": input["result"]?["objectId"] ?? .null])
                try await tab.evaluate("document.querySelector('#composer').submit()")
                try await tab.wait("document.querySelector('.refused')?.textContent.includes('超过 20 MB')")
                try await tab.picture("too-large")
                try await tab.evaluate("document.querySelector('.refused a').click()")
                try await tab.wait("document.querySelector('#composer')")
                #expect(bench.answerer.heard.isEmpty)
            }
        }
    }

    @Test("keys go about, and give the focus back", .enabled(if: isHere, "chromium is not installed"))
    func keys() async throws {
        try await withTab { _, _, tab in
            try await tab.say("x")
            try await tab.wait("document.querySelectorAll('#rows .w.here').length >= 2")
            try await tab.evaluate("document.activeElement.blur()")
            try await tab.press("u", code: 85)
            try await tab.wait("document.querySelector('#people').open")
            try await tab.press("Escape", code: 27)
            try await tab.wait("!document.querySelector('#people').open")
            try await tab.press("w", code: 87)
            try await tab.wait("document.activeElement.matches('.w')")
            let before = try await tab.evaluate("document.activeElement.id")
            try await tab.press("ArrowDown", code: 40)
            try await tab.wait(
                "document.activeElement.matches('.w') && document.activeElement.id !== '\(before.string ?? "")'")
            try await tab.wait("document.querySelector('#detail .hd').dataset.entry === document.activeElement.id")
            try await tab.press("4", code: 52)
            try await tab.wait(
                "document.querySelector('#panel3').checkVisibility() && !document.querySelector('#panel0').checkVisibility()"
            )
            try await tab.evaluate("document.querySelector('#rows .w.out').click()")
            try await tab.wait("document.querySelector('#detail .t.out') && document.querySelector('#toast').hidden")
            try await tab.press("c", code: 67)
            try await tab.wait("document.activeElement.id === 'text'")
        }
    }
}
