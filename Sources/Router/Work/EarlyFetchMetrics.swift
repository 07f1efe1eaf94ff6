package import Observability

/// The metrics of files that are fetched before their turns begin.
package struct EarlyFetchMetrics: Sendable {
    enum Ending: String, CaseIterable {
        case fetched, refused, failed
        case noRoom = "no_room"
    }

    private let fetches: CounterFamily<Ending>

    package init(_ metrics: Metrics, of queue: SentFileQueue, into received: ReceivedFolder) {
        fetches = CounterFamily(
            metrics, "early_fetches_total", "Files fetched before their turns, by how that ended", by: "outcome")
        metrics.gauge("early_fetches_waiting", "Files that wait to be fetched before their turns") {
            Double(queue.waiting)
        }
        metrics.counted("early_fetches_missed_total", "Files not fetched before their turns because too many waited") {
            queue.missed
        }
        metrics.gauge("received_file_bytes", "Files that were fetched before their turns, as they count") {
            Double(received.size)
        }
        metrics.counted(
            "received_files_dropped_total", "Files dropped before their turns because there were too many"
        ) { received.dropped }
    }

    func count(_ ending: Ending) { fetches.increment(ending) }
}
