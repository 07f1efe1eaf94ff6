import System

/// Counters of one name: one for each app and each value of another label. An app that is served has them all from the start,
/// so that the first of a kind is seen as one more.
package struct CountersByApp<Label: Hashable & Sendable>: Sendable {
    private let apps: AppLabels
    private let counts = Lock<[String: [Label: Int]]>([:])

    /// `values` are those that are shown; nothing else is counted.
    package init(
        _ metrics: Metrics, _ name: String, _ help: String, of apps: AppLabels, by label: String,
        values: [(label: Label, text: String)]
    ) {
        self.apps = apps
        metrics.counted(name, help) { [counts] in
            let shown = apps.shown
            return counts.withLock { counts in
                let others = counts[AppLabels.other] != nil && !shown.contains(AppLabels.other) ? [AppLabels.other] : []
                return (shown + others).flatMap { app in
                    values.map { value in
                        (
                            labels: "app=\"\(app)\",\(label)=\"\(value.text)\"",
                            value: counts[app]?[value.label] ?? 0
                        )
                    }
                }
            }
        }
    }

    package func increment(_ label: Label, of app: String) {
        let app = apps.label(of: app)
        counts.withLock { $0[app, default: [:]][label, default: 0] += 1 }
    }
}

extension CountersByApp where Label: CaseIterable & RawRepresentable<String> {
    package init(_ metrics: Metrics, _ name: String, _ help: String, of apps: AppLabels, by label: String) {
        self.init(
            metrics, name, help, of: apps, by: label,
            values: Label.allCases.map { (label: $0, text: $0.rawValue) })
    }
}
