/// Counters of one name: one for each value of a label.
package struct CounterFamily<Label: Hashable & Sendable>: Sendable {
    private let counters: [Label: Counter]

    /// `other` are labels that all have, as they stand between the braces.
    package init(
        _ metrics: Metrics, _ name: String, _ help: String, by label: String, beside other: String? = nil,
        values: [(label: Label, text: String)]
    ) {
        counters = values.reduce(into: [:]) { counters, value in
            let own = "\(label)=\"\(value.text)\""
            let labels = [other, own].compactMap(\.self).joined(separator: ",")
            counters[value.label] = metrics.counter(name, help, labels: labels)
        }
    }

    /// Counts nothing for a value that the family does not have.
    package func increment(_ label: Label) { counters[label]?.increment() }
}

extension CounterFamily where Label: CaseIterable & RawRepresentable<String> {
    package init(_ metrics: Metrics, _ name: String, _ help: String, by label: String) {
        self.init(metrics, name, help, by: label, values: Label.allCases.map { (label: $0, text: $0.rawValue) })
    }
}

extension CounterFamily<String> {
    package init(_ metrics: Metrics, _ name: String, _ help: String, by label: String, values: [String]) {
        self.init(metrics, name, help, by: label, values: values.map { (label: $0, text: $0) })
    }
}
