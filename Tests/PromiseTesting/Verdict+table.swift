import System

extension Verdict {
    /// All of it, for people: `head` tells of the rounds, `enclosures` of the files that bots were sent.
    package func table(head: [String], enclosures: String, took: Duration) -> String {
        var lines = [""] + head
        lines += [
            "",
            row("said", "\(said)", "posted \(posts) times, repeats included"),
            row("accepted", "\(accepted)", "acknowledged with 200"),
            row(
                "answered", "\(answered.values.reduce(0, +))", "of those; and \(answeredUnacknowledged) that got no 200"
            ),
            row(
                "  in parts", "\(answered[.long] ?? 0)",
                "\(parts.messages) parts sent for \(parts.lines) texts, \(parts.swallowed) of them repeats, swallowed"),
            row(
                "  as files", "\(answered[.file] ?? 0)",
                "\(uploads) uploads for \(files.lines) files, \(files.swallowed) repeats of messages, swallowed"),
        ]
        lines.append(
            row(
                "  in bubbles", "\(bubbles.values.reduce(0, +))",
                "\(bubbles[.called] ?? 0) of the bot that is called, \(bubbles[.connected] ?? 0) of the one that connects"
            ))
        lines.append(
            row(
                "  of files sent to bots", "\(answered[.enclosed] ?? 0)",
                enclosures
            ))
        lines.append(
            row("given up after three crashes", "\(givenUp.values.reduce(0, +))", "and the user told so"))
        for fault in Fault.allCases {
            let examples = faults[fault] ?? []
            lines.append(row(fault.rawValue, "\(examples.count)", examples.prefix(5).joined(separator: "; ")))
        }
        return (lines + ["", "\(isFlawless ? "every promise kept" : "FAILED"), in \(took.short)", ""])
            .joined(separator: "\n")
    }

    private var parts: Tally { sent[.long] ?? Tally() }
    private var files: Tally { sent[.file] ?? Tally() }

    private func row(_ name: String, _ count: String, _ remark: String = "") -> String {
        Verdict.row(name, count, remark)
    }

    package static func row(_ name: String, _ count: String, _ remark: String = "") -> String {
        let line = name + String(repeating: " ", count: max(1, 44 - name.count - count.count)) + count
        return remark.isEmpty ? line : line + "   " + remark
    }
}
