import Observability
import Testing

@Suite(.timeLimit(.minutes(5))) struct MetricsTests {
    @Test("the page is Prometheus' text: a family's help and type once, its series beneath, families by name")
    func page() {
        let metrics = Metrics()
        let ok = metrics.counter("z_total", "Answers", labels: "status=\"200\"")
        let bad = metrics.counter("z_total", "Answers", labels: "status=\"500\"")
        metrics.gauge("a_bytes", "Bytes") { 1.5 }
        metrics.counted("m_total", "Counted elsewhere") { 1 << 40 }
        ok.increment()
        ok.increment(by: 2)
        #expect(bad.value == 0)
        #expect(
            metrics.page == """
                # HELP wecom_router_a_bytes Bytes
                # TYPE wecom_router_a_bytes gauge
                wecom_router_a_bytes 1.5
                # HELP wecom_router_m_total Counted elsewhere
                # TYPE wecom_router_m_total counter
                wecom_router_m_total 1099511627776
                # HELP wecom_router_z_total Answers
                # TYPE wecom_router_z_total counter
                wecom_router_z_total{status="200"} 3
                wecom_router_z_total{status="500"} 0

                """
        )
    }

    @Test("a family of which there are as many as somebody says has those at every look")
    func listed() {
        let metrics = Metrics()
        let names = Counter()
        metrics.gauge("apps", "Apps", each: { (0..<names.value).map { ("n=\"\($0)\"", Double($0)) } })
        let head = "# HELP wecom_router_apps Apps\n# TYPE wecom_router_apps gauge\n"
        #expect(metrics.page == head)
        names.increment(by: 2)
        #expect(metrics.page == head + "wecom_router_apps{n=\"0\"} 0\nwecom_router_apps{n=\"1\"} 1\n")
    }

    @Test("counts from many tasks add up")
    func concurrent() async {
        let counter = Metrics().counter("n", "n")
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { for _ in 0..<1000 { counter.increment() } } }
        }
        #expect(counter.value == 8000)
    }

    @Test("numbers that are none are written as Prometheus reads them")
    func strange() {
        let metrics = Metrics()
        metrics.gauge("a", "a") { .nan }
        metrics.gauge("b", "b") { .infinity }
        metrics.gauge("c", "c") { -1e18 }
        #expect(metrics.page.contains("_a nan\n"))
        #expect(metrics.page.contains("_b inf\n"))
        #expect(metrics.page.contains("_c -1e+18\n"))
    }
}
