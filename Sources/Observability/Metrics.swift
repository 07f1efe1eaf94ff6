import Synchronization
import System

/// A number that only grows.
package final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    package init() {}

    package func increment(by amount: Int = 1) { count.wrappingAdd(amount, ordering: .relaxed) }
    package var value: Int { count.load(ordering: .relaxed) }
}

/// Every number we keep, and the page that shows them in Prometheus' text format.
package final class Metrics: Sendable {
    private struct Series: Sendable {
        let read: @Sendable () -> [(labels: String, value: Double)]

        init(_ labels: String, _ read: @escaping @Sendable () -> Double) { self.read = { [(labels, read())] } }

        init(_ read: @escaping @Sendable () -> [(labels: String, value: Double)]) { self.read = read }
    }

    private struct Family: Sendable {
        let help: String
        let kind: String
        var series: [Series] = []
    }

    private let families = Lock<[String: Family]>([:])

    package init() {}

    /// A new counter; `labels` as they stand between the braces, such as `status="200"`.
    package func counter(_ name: String, _ help: String, labels: String = "") -> Counter {
        let counter = Counter()
        add(name, help, "counter", Series(labels) { Double(counter.value) })
        return counter
    }

    /// A number that is read when somebody asks.
    package func gauge(_ name: String, _ help: String, labels: String = "", read: @escaping @Sendable () -> Double) {
        add(name, help, "gauge", Series(labels, read))
    }

    /// A counter that something else keeps.
    package func counted(_ name: String, _ help: String, labels: String = "", read: @escaping @Sendable () -> Int) {
        add(name, help, "counter", Series(labels) { Double(read()) })
    }

    /// Numbers that are read when somebody asks, of which there are now these and then others.
    package func gauge(
        _ name: String, _ help: String, each read: @escaping @Sendable () -> [(labels: String, value: Double)]
    ) {
        add(name, help, "gauge", Series(read))
    }

    /// Counters that something else keeps, of which there are now these and then others.
    package func counted(
        _ name: String, _ help: String, each read: @escaping @Sendable () -> [(labels: String, value: Int)]
    ) {
        add(name, help, "counter", Series { read().map { ($0.labels, Double($0.value)) } })
    }

    private func add(_ name: String, _ help: String, _ kind: String, _ series: Series) {
        families.withLock { families in
            families["wecom_router_" + name, default: Family(help: help, kind: kind)]
                .series.append(series)
        }
    }

    package var page: String {
        let families = self.families.withLock { $0 }
        var page = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            page += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind)\n"
            for (labels, value) in family.series.flatMap({ $0.read() }) {
                page += "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(number(value))\n"
            }
        }
        return page
    }
}

private func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : value.description
}
