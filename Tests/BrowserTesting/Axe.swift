import Foundation
import JSON

/// axe-core, which finds what keeps people out of a page. `WECOM_ROUTER_TEST_AXE` names its script: `scripts/test` fetches it.
package struct Axe: Sendable {
    /// True where there are the script and a browser to run it in.
    package static let isHere = Chromium.program != nil && !path.isEmpty
    private static let path = ProcessInfo.processInfo.environment["WECOM_ROUTER_TEST_AXE"] ?? ""

    private let script: String

    package init() throws { script = try String(contentsOfFile: Self.path, encoding: .utf8) }

    /// A line for each rule that the page in a tab breaks, with where; empty for none.
    package func violations(in tab: Tab) async throws -> String {
        try await tab.evaluate("\(script); 0")
        let found = try await tab.evaluate(
            """
            axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>
                `${id}: ${nodes.map(node => node.html.slice(0, 120)).join(' ')}`).join('\\n'))
            """)
        return found.string ?? "axe does not answer"
    }
}
