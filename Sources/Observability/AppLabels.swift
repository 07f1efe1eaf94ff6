import System

/// The apps that metrics tell apart: the first thousand there were. The others are counted together.
package final class AppLabels: Sendable {
    package static let most = 1000
    /// The label of all others.
    package static let other = "other"

    private let known = Lock<Set<String>>([])
    private let served: @Sendable () -> [String]

    /// `served` are those that are shown before there is anything to count.
    package init(serving served: @escaping @Sendable () -> [String] = { [] }) { self.served = served }

    /// The label that an app is counted under. One that has a label keeps it.
    package func label(of app: String) -> String { known.withLock { AppLabels.add(app, to: &$0) } }

    /// All that are shown, in order.
    package var shown: [String] {
        let served = served()
        return known.withLock { known in
            for app in served.prefix(AppLabels.most) { _ = AppLabels.add(app, to: &known) }
            return known.sorted()
        }
    }

    private static func add(_ app: String, to known: inout Set<String>) -> String {
        if known.contains(app) { return app }
        guard known.count < most else { return other }
        known.insert(app)
        return app
    }
}
