import HTML
import Pages
import System

/// The drawing of how long each step took: one panel for the work, one for the way out, each with a scale of its own.
struct TimeChart {
    let story: Story
    let words: Language
    let now: Timestamp

    private static let left = 112.0
    private static let right = 1136.0
    private static let split = 780.0
    private static let gap = 24.0
    private static let rowHeight = 26.0
    private static let top = 30.0
    private static let mostAttempts = 8
    private static let mostDeliveries = 10

    /// A stretch of time and where it is drawn.
    private struct Panel {
        let name: String
        let x: Double
        let width: Double
        let from: Timestamp
        let to: Timestamp

        var length: Double { max(1, Double(to.milliseconds - from.milliseconds)) }

        func place(_ moment: Timestamp) -> Double {
            let part = Double(moment.milliseconds - from.milliseconds) / length
            return x + width * min(1, max(0, part))
        }
    }

    private struct Row {
        let name: String
        let drawn: HTML
    }

    /// Empty of a message that never was a job.
    var html: HTML {
        guard !story.isRefused else { return .empty }
        let rows = rows
        let height = Self.top + Double(rows.count) * Self.rowHeight + 26
        return tag(.div, .class("fall"), .tabindex(0), .role("group"), .aria("label", words("时间图", "Time chart"))) {
            tag(.svg, .plain(.viewBox, "0 0 1140 \(number(height))"), .role("img"), .aria("label", sentence)) {
                for panel in panels { frame(panel, rows: rows.count) }
                for (index, row) in rows.enumerated() {
                    let y = Self.top + Double(index) * Self.rowHeight
                    text(0, y + 19, row.name)
                }
                for row in rows { row.drawn }
            }
        }
    }

    private var sentence: String {
        let end = story.endedAt ?? now
        let worked = words.span(end.since(story.acceptedAt))
        guard let way = wayOut else { return words("从受理起 \(worked)", "\(worked) since it was accepted") }
        return words(
            "从受理到结算 \(worked)，投递 \(words.span(way.to.since(way.from)))",
            "\(worked) from accepted to settled, \(words.span(way.to.since(way.from))) to deliver")
    }

    // MARK: Panels

    private var work: Panel {
        Panel(
            name: words("做", "Work"), x: Self.left,
            width: (wayOut == nil ? Self.right : Self.split - Self.gap) - Self.left,
            from: story.acceptedAt, to: story.endedAt ?? now)
    }

    private var wayOut: Panel? {
        guard let ended = story.endedAt, !story.answers.isEmpty else { return nil }
        let ends = story.answers.map { $0.endedAt ?? now }
        return Panel(
            name: words("发", "Out"), x: Self.split, width: Self.right - Self.split, from: ended, to: ends.max() ?? now)
    }

    private var panels: [Panel] { [work, wayOut].compactMap(\.self) }

    @HTMLBuilder private func frame(_ panel: Panel, rows: Int) -> HTML {
        let height = Double(rows) * Self.rowHeight
        tag(
            .rect, .class("pb"), .plain(.x, number(panel.x)), .plain(.y, number(Self.top)),
            .plain(.width, number(panel.width)), .plain(.height, number(height)))
        text(panel.x, 18, panel.name, "hd2")
        for step in 0...4 {
            let part = Double(step) / 4
            let x = panel.x + panel.width * part
            tag(.path, .class("gr"), .plain(.d, "M\(number(x)) \(number(Self.top))v\(number(height))"))
            let span = Duration.milliseconds(Int64(panel.length * part))
            text(
                x, Self.top + height + 18, step == 0 ? "0" : words.span(span), "ax",
                step == 0 ? "start" : step == 4 ? "end" : "middle")
        }
    }

    // MARK: Rows

    private var rows: [Row] {
        var rows: [Row] = []
        func y() -> Double { Self.top + Double(rows.count) * Self.rowHeight }
        let claimed = story.firstClaimedAt ?? story.endedAt ?? now
        rows.append(
            Row(
                name: words("等待", "wait"),
                drawn: bar(
                    work, story.acceptedAt, claimed, y(), "bi", label: words.span(claimed.since(story.acceptedAt)))))
        for (number, attempt) in story.attempts.enumerated().suffix(Self.mostAttempts) {
            rows.append(
                Row(name: words("第 \(number + 1) 次尝试", "attempt \(number + 1)"), drawn: drawn(attempt, y())))
        }
        guard let wayOut else { return rows }
        for (number, delivery) in story.answers.enumerated().prefix(Self.mostDeliveries) {
            rows.append(
                Row(
                    name: words("投递 \(number + 1)/\(story.answers.count)", "part \(number + 1)/\(story.answers.count)"),
                    drawn: drawn(delivery, wayOut, y())))
        }
        return rows
    }

    @HTMLBuilder private func drawn(_ attempt: Story.Attempt, _ y: Double) -> HTML {
        let end = attempt.to ?? now
        let isBad = attempt.outcome == "failed" || attempt.outcome == "waiting"
        bar(
            work, attempt.from, end, y, "bwork", label: words.span(end.since(attempt.from)), isBad: isBad)
        for asking in story.askings where asking.from >= attempt.from && asking.from <= end {
            let (from, to) = (work.place(asking.from), work.place(asking.to ?? end))
            tag(
                .rect, .class("bq"), .plain(.x, number(from)), .plain(.y, number(y + 9)),
                .plain(.width, number(max(3, to - from))), .plain(.height, "12"))
        }
        if isBad { tag(.path, .class("tick"), .plain(.d, "M\(number(work.place(end))) \(number(y + 7))v16")) }
    }

    @HTMLBuilder private func drawn(_ delivery: Story.Delivery, _ panel: Panel, _ y: Double) -> HTML {
        let end = delivery.endedAt ?? now
        let tried = delivery.triedAt ?? end
        if tried > delivery.writtenAt { bar(panel, delivery.writtenAt, tried, y, "bw", isThin: true) }
        let isBad = delivery.state == "failed"  // short: a word of ours
        bar(
            panel, tried, end, y, "bout",
            label: delivery.attempts > 1 ? words("试 \(delivery.attempts) 次", "\(delivery.attempts) tries") : "",
            isBad: isBad)
        if isBad { tag(.path, .class("tick"), .plain(.d, "M\(number(panel.place(end))) \(number(y + 7))v16")) }
    }

    /// A bar with its words.
    @HTMLBuilder private func bar(
        _ panel: Panel, _ from: Timestamp, _ to: Timestamp, _ y: Double, _ style: String, label: String = "",
        isThin: Bool = false, isBad: Bool = false
    ) -> HTML {
        let (start, end) = (panel.place(from), panel.place(to))
        let width = max(2.5, end - start)
        tag(
            .rect, .class(style), .plain(.x, number(start)), .plain(.y, number(isThin ? y + 13 : y + 9)),
            .plain(.width, number(width)), .plain(.height, isThin ? "3" : "12"))
        if !label.isEmpty {
            // Behind it, else before it, else in it.
            if start + width + 90 < panel.x + panel.width {
                text(start + width + 8, y + 19, label, isBad ? "tb" : "")
            } else if start - panel.x > 90 {
                text(start - 8, y + 19, label, isBad ? "tb" : "", "end")
            } else {
                text(start + 8, y + 19, label, "inb")
            }
        }
    }

    private func text(
        _ x: Double, _ y: Double, _ words: String, _ style: String = "", _ anchor: String = "start"
    ) -> HTML {
        tag(
            .svgText, .class(style), .plain(.x, number(x)), .plain(.y, number(y)), .plain(.textAnchor, anchor)
        ) { words }
    }

    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
