import JSON
import Simulator
import System

/// The figures of traffic, as people and programs read them.
struct TrafficReport {
    let figures: TrafficFigures

    private static let percentiles = [50, 90, 99, 99.9]

    /// A table, and what went wrong in words.
    var text: String {
        var table = TextTable("", "count", "/s", "p50", "p90", "p99", "p99.9", "longest")
        add("acknowledged", figures.toAcknowledgement, figures.acknowledgedPerSecond, to: &table)
        add("answered", figures.toAnswer, figures.answeredPerSecond, to: &table)
        var lines = [
            "\(figures.said) said, \(figures.acknowledged) acknowledged, \(figures.answered) answered; "
                + "\(figures.refused) refused, \(figures.unanswered) without an answer in time"
        ]
        if let trouble = figures.trouble { lines.append("the first that was refused: \(trouble)") }
        if figures.heldBack > 0 {
            lines.append(
                "\(figures.heldBack) were due while everybody waited for an answer: more --users could say them")
        }
        return table.text(width: nil) + lines.map { $0 + "\n" }.joined()
    }

    private func add(_ name: String, _ latencies: LatencyHistogram, _ rate: Double, to table: inout TextTable) {
        let times = Self.percentiles.map { time(latencies.microseconds(at: $0)) }
        table.add(
            name, String(latencies.count), rate < 10 ? "\((rate * 10).rounded() / 10)" : String(Int(rate.rounded())),
            times[0], times[1], times[2], times[3], time(latencies.count > 0 ? latencies.most : nil))
    }

    private func time(_ microseconds: UInt64?) -> String {
        microseconds.map { Duration.microseconds(Int64($0)).short } ?? "–"
    }

    /// All of it, with the buckets of both histograms.
    var json: JSONValue {
        [
            "said": .integer(Int64(figures.said)), "held_back": .integer(Int64(figures.heldBack)),
            "refused": .integer(Int64(figures.refused)), "unanswered": .integer(Int64(figures.unanswered)),
            "trouble": figures.trouble.map { JSONValue.string($0) } ?? .null,
            "acknowledged": histogram(
                figures.toAcknowledgement, figures.acknowledged, figures.acknowledgedPerSecond),
            "answered": histogram(figures.toAnswer, figures.answered, figures.answeredPerSecond),
        ]
    }

    private func histogram(_ latencies: LatencyHistogram, _ all: Int, _ rate: Double) -> JSONValue {
        let times = (Self.percentiles + [100]).map { percent in
            JSONValue.Member(
                percent == 100 ? "max" : "p\(percent.rounded() == percent ? String(Int(percent)) : "\(percent)")",
                number(latencies.microseconds(at: percent)))
        }
        let buckets = latencies.buckets.map { range, count -> JSONValue in
            [number(range.lowerBound), number(range.upperBound), number(count)]
        }
        return [
            "all": .integer(Int64(all)), "counted": number(latencies.count),
            "per_second": .number((rate * 10).rounded() / 10),
            "microseconds": .object(
                times + [.init("mean", latencies.mean.map { .integer(Int64($0.rounded())) } ?? .null)]),
            "buckets": .array(buckets),
        ]
    }

    private func number(_ value: UInt64?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }

    // MARK: By the second

    static let columns =
        "second,said,held_back,acknowledged,answered,refused,unanswered,acknowledged_p50_us,acknowledged_p99_us,"
        + "acknowledged_max_us,answered_p50_us,answered_p99_us,answered_max_us\n"

    /// The figures of a second as a line of a table.
    func row(_ second: Int) -> String {
        let counts = [
            second, figures.said, figures.heldBack, figures.acknowledged, figures.answered, figures.refused,
            figures.unanswered,
        ].map { String($0) }
        let times = [figures.toAcknowledgement, figures.toAnswer].flatMap { latencies in
            [50, 99, 100.0].map { latencies.microseconds(at: $0).map { String($0) } ?? "" }
        }
        return (counts + times).joined(separator: ",") + "\n"
    }

    /// One line about the second that has passed, for somebody who watches.
    func progress(_ second: Int, of all: TrafficFigures) -> String {
        "\(second) s: \(figures.acknowledged)/s acknowledged, p99 \(time(figures.toAcknowledgement.microseconds(at: 99)));"
            + " \(figures.answered)/s answered, p99 \(time(figures.toAnswer.microseconds(at: 99)));"
            + " \(all.said) said, \(all.refused) refused"
    }
}
