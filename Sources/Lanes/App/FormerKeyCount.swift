import Observability
import Router
import System

/// The number of callbacks that came sealed by keys which have been replaced, of each app: once none comes any more, the old
/// keys can be taken out of the configuration.
final class FormerKeyCount: Sendable {
    private struct Kind: Hashable {
        let app: Endpoint
        let part: FormerKeys.Part
    }

    private let counts = Lock<[Kind: Int]>([:])

    func increment(_ app: App, _ part: FormerKeys.Part) {
        counts.withLock { $0[Kind(app: app.endpoint, part: part), default: 0] += 1 }
    }

    /// The most apps that are told.
    private static let maxApps = 1000

    /// A line for each app that has such keys now, also where nothing has come by them.
    func describe(of current: Serving.Current, in metrics: Metrics) {
        metrics.counted(
            "callbacks_by_old_keys_total",
            "Genuine callbacks sealed by old_token or old_encoding_aes_key, of apps that have them"
        ) {
            let apps = current.serving.directory.apps.filter { !$0.formerKeys.isEmpty }.prefix(FormerKeyCount.maxApps)
            return self.counts.withLock { counts in
                apps.flatMap { app in
                    app.formerKeys.map { former in
                        (
                            labels: "app=\"\(app.name)\",key=\"\(former.part.rawValue)\"",
                            value: counts[Kind(app: app.endpoint, part: former.part), default: 0]
                        )
                    }
                }
            }
        }
    }
}
