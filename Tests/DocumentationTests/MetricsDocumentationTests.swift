import Foundation
import Observability
import RouterServer
import RouterTesting
import Testing

@Suite("Documentation of metrics", .timeLimit(.minutes(5))) struct MetricsDocumentationTests {
    @Test("every metric that a running server has is in the table, and no other is")
    func metrics() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("docs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let world = try await LoopbackWorld(apps: ["dept-a"], in: directory.path, log: Logger.silent)
        let router = try await world.startRouter()
        let page = router.server.metrics.page
        router.stop()
        try await router.ended()
        await world.close()

        let running = Set(
            page.split(separator: "\n").filter { $0.hasPrefix("# HELP wecom_router_") }
                .map { String($0.split(separator: " ")[2].dropFirst("wecom_router_".count)) })
        let documented = Set(try Repository.section("## Metrics", of: "docs/operations.md").flatMap(names))
        #expect(running.subtracting(documented).sorted() == [], "in no row of docs/operations.md#metrics")
        // Some are there from the first turn of an agent on.
        let sources = try Repository.sources("Sources").map(\.text)
        let unknown = documented.subtracting(running).filter { name in !sources.contains { $0.contains("\"\(name)\"") }
        }
        #expect(unknown.sorted() == [], "in a row, but the server has none of that name")
    }

    /// The metrics of a row; `_closed_total` behind `http_connections_total` is `http_connections_closed_total`.
    private func names(_ row: Substring) -> [String] {
        guard let cell = row.cells.first else { return [] }
        var names: [String] = []
        for code in cell.codes {
            guard code.hasPrefix("_"), let first = names.first else {
                names.append(code)
                continue
            }
            names.append(
                first.split(separator: "_").dropLast(code == "_refused_total" ? 2 : 1).joined(separator: "_") + code)
        }
        return names
    }
}
