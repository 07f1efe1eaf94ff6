import BrowserTesting
import Foundation
import JSON
import Simulator
import TestSupport
import Testing

/// Needs axe-core, whose script `WECOM_ROUTER_TEST_AXE` names: `scripts/test` fetches it.
@Suite("What axe finds on the playground's pages", .serialized, .timeLimit(.minutes(5)))
struct AxeTests {
    private static let script = ProcessInfo.processInfo.environment["WECOM_ROUTER_TEST_AXE"] ?? ""
    private static let isHere = Chromium.program != nil && !script.isEmpty

    @Test(
        "nothing, whatever is shown, in either theme and language, at any width",
        .enabled(if: isHere, "WECOM_ROUTER_TEST_AXE names no script of axe-core"))
    func violations() async throws {
        let axe = try String(contentsOfFile: Self.script, encoding: .utf8)
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
                            try await tab.evaluate("\(axe); 0")
                            let found = try await tab.evaluate(
                                """
                                axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
                                    `${id}: ${nodes.map(node => node.html.slice(0, 120)).join(' ')}`).join('\\n'))
                                """)
                            #expect(found == "", "\(width) \(chat) \(view): \(found.string ?? "")")
                        }
                    }
                    try await tab.evaluate("document.querySelector('#people').showModal()")
                    try await tab.evaluate("\(axe); 0")
                    #expect(try await tab.evaluate("axe.run().then(({ violations }) => violations.length)") == 0)
                }
            }
        }
    }
}
