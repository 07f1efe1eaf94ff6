import Observability
import Testing

@Suite struct CounterFamilyTests {
    private enum Ending: String, CaseIterable {
        case good
        case bad = "not_good"
    }

    @Test("a family shows a counter for each value, from the start, and counts each by itself")
    func shown() {
        let metrics = Metrics()
        let family = CounterFamily<Ending>(metrics, "ends_total", "Ends", by: "end")
        family.increment(.bad)
        family.increment(.bad)
        #expect(metrics.page.contains("wecom_router_ends_total{end=\"good\"} 0\n"))
        #expect(metrics.page.contains("wecom_router_ends_total{end=\"not_good\"} 2\n"))
    }

    @Test("a value that the family does not have is not counted, and labels that all have stand before its own")
    func unknown() {
        let metrics = Metrics()
        let family = CounterFamily(
            metrics, "seen_total", "Seen", by: "status", beside: "listener=\"a\"", values: [(label: 2, text: "2xx")])
        family.increment(2)
        family.increment(7)
        #expect(
            metrics.page
                == """
                # HELP wecom_router_seen_total Seen
                # TYPE wecom_router_seen_total counter
                wecom_router_seen_total{listener="a",status="2xx"} 1

                """)
    }
}
