import Observability
import Testing

@Suite("Counters of each app") struct CountersByAppTests {
    private enum End: String, CaseIterable { case sent, failed }

    private func series(_ metrics: Metrics) -> [Substring] {
        metrics.page.split(separator: "\n").filter { !$0.hasPrefix("#") }
    }

    @Test("are there from the start for apps that are served, and stay when one has gone")
    func shown() {
        let metrics = Metrics()
        let counters = CountersByApp<End>(
            metrics, "tries_total", "Tries", of: AppLabels { ["b", "a"] }, by: "outcome")
        counters.increment(.failed, of: "gone")
        counters.increment(.failed, of: "a")
        counters.increment(.failed, of: "a")
        #expect(
            series(metrics) == [
                #"wecom_router_tries_total{app="a",outcome="sent"} 0"#,
                #"wecom_router_tries_total{app="a",outcome="failed"} 2"#,
                #"wecom_router_tries_total{app="b",outcome="sent"} 0"#,
                #"wecom_router_tries_total{app="b",outcome="failed"} 0"#,
                #"wecom_router_tries_total{app="gone",outcome="sent"} 0"#,
                #"wecom_router_tries_total{app="gone",outcome="failed"} 1"#,
            ])
    }

    @Test("beyond a thousand apps count together, and nothing is lost of what is counted")
    func bound() {
        let metrics = Metrics()
        let labels = AppLabels()
        let counters = CountersByApp<End>(metrics, "tries_total", "Tries", of: labels, by: "outcome")
        for app in 1...1500 { counters.increment(.sent, of: "app-\(app)") }
        counters.increment(.sent, of: "app-1")
        let lines = series(metrics)
        #expect(lines.count == 2 * (AppLabels.most + 1))
        #expect(lines.contains(#"wecom_router_tries_total{app="other",outcome="sent"} 500"#))
        #expect(lines.contains(#"wecom_router_tries_total{app="app-1",outcome="sent"} 2"#))
        #expect(lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +) == 1501)
        #expect(labels.label(of: "app-1500") == "other" && labels.label(of: "app-1000") == "app-1000")
    }
}
