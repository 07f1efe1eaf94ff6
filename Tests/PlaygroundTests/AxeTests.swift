import BrowserTesting
import JSON
import Simulator
import TestSupport
import Testing

@Suite("What axe finds on the playground's pages", .serialized, .timeLimit(.minutes(5)))
struct AxeTests {
    @Test(
        "nothing, whatever is shown, in either theme and language, at any width",
        .enabled(if: Axe.isHere, "WECOM_ROUTER_TEST_AXE names no script of axe-core"))
    func violations() async throws {
        let axe = try Axe()
        try await withBench { bench in
            try await Chromium.with { browser in
                let chats = ["app-1000002", "app-1000004", "bot-aib3fQ0x", "group-wrPlayground1"]
                for (index, width) in [320, 390, 768, 1440].enumerated() {
                    let tab = try await browser.tab(
                        width, 844, isDark: index % 2 == 1, language: index < 2 ? "zh-CN" : "en")
                    for (chat, words) in zip(chats, ["cards", "markdown", "picture", "@小路 你好"]) {
                        let address = "\(bench.address)/?as=\(Bench.corp):zhangsan&chat=\(chat)"
                        try await tab.open(address)
                        try await tab.wait("document.body.dataset.state === 'live'")
                        if index == 0 {
                            try await tab.say(words)
                            try await tab.wait(
                                "document.querySelectorAll('#log .msg').length >= 2 && !document.querySelector('.grows')"
                            )
                        }
                        for view in ["chat", "wire", "faults"] {
                            try await tab.open("\(address)&view=\(view)")
                            let found = try await axe.violations(in: tab)
                            #expect(found == "", "\(width) \(chat) \(view): \(found)")
                        }
                    }
                    try await tab.evaluate("document.querySelector('#people').showModal()")
                    #expect(try await axe.violations(in: tab) == "")
                }
            }
        }
    }
}
