import BrowserTesting
import JSON
import TestSupport
import Testing

@Suite("A page of the playground whose router, or whose WeCom, is killed", .serialized, .timeLimit(.minutes(3)))
struct BrowserKillTests {
    private static let isHere = Chromium.program != nil

    private func withTab(_ body: (inout RealPrograms, Tab) async throws -> Void) async throws {
        try await RealPrograms.with { programs in
            try await programs.startRouter()
            try await programs.startWeCom()
            try await Chromium.with { browser in
                let tab = try await browser.tab()
                try await tab.open("\(programs.address)/?as=\(Bench.corp):zhangsan&chat=app-1000002")
                try await tab.wait("document.body.dataset.state === 'live'")
                try await body(&programs, tab)
                #expect(tab.troubles.filter { !$0.contains("ERR_") } == [])
            }
        }
    }

    @Test(
        "kill -9 of the router while its agent works: the page stays live, and the answer comes when it is back, once",
        .enabled(if: isHere, "chromium is not installed"))
    func router() async throws {
        try await withTab { programs, tab in
            try await tab.say("vorher")
            try await tab.wait("document.querySelector('#log .me:not(.pend) .wl')?.textContent.includes('200')")
            programs.killRouter()
            try await tab.say("mittendrin")
            // Seconds lie between WeCom's tries.
            for number in 2...4 {
                try await tab.wait("document.querySelector('#rows').textContent.includes('\(number)/4')")
            }
            try await tab.wait("document.querySelector('#log .no button')")
            #expect(try await tab.evaluate("document.body.dataset.state") == "live")
            try programs.letAgentAnswer()
            try await programs.startRouter()
            let answers =
                "[...document.querySelectorAll('#log .msg:not(.me) .bub')].map(bubble => bubble.textContent).join()"
            try await tab.wait("\(answers) === 'vorher'")
            try await tab.evaluate("document.querySelector('#log .no button').click()")
            try await tab.wait("\(answers) === 'vorher,mittendrin'")
            #expect(try await tab.evaluate("document.querySelector('#log .no')") == .null)
            // Four tries of WeCom's, and the person's.
            try await tab.wait("document.querySelector('#rows').textContent.includes('5/5')")
            try await tab.picture("router-back")
        }
    }

    @Test(
        "kill -9 of the simulated WeCom: the page says so, keeps what was typed, and goes on with the new one",
        .enabled(if: isHere, "chromium is not installed"))
    func wecom() async throws {
        try await withTab { programs, tab in
            try programs.letAgentAnswer()
            try await tab.say("vorher")
            try await tab.wait("document.querySelectorAll('#log .msg').length === 2")
            try await tab.evaluate("document.querySelector('#text').focus()")
            try await tab.type("halb")
            programs.killWeCom()
            try await tab.wait("document.body.dataset.state === 'lost'")
            #expect(try await tab.evaluate("document.querySelectorAll('#log .msg').length") == 2)
            try await programs.startWeCom()
            try await tab.wait("document.body.dataset.state === 'live'")
            // Nothing was kept: the chat is that of the new one.
            try await tab.wait("document.querySelectorAll('#log .msg').length === 0")
            #expect(
                try await tab.evaluate("document.activeElement.id === 'text' && document.activeElement.value") == "halb"
            )
            try await tab.press("Enter", code: 13)
            try await tab.wait("document.querySelectorAll('#log .msg:not(.me) .bub').length === 1")
            #expect(try await tab.evaluate("document.querySelector('#log .msg:not(.me) .bub').textContent") == "halb")
        }
    }
}
