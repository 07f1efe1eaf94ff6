import System

extension Verdict {
    /// All of it, for people.
    func table(took: Duration) -> String {
        var lines = ["", row("killed", "rounds", "repeats that WeCom's duplicate check swallowed")]
        for instant in Instant.allCases {
            let rounds = history.rounds.count { $0.instant == instant }
            lines.append(row(instant.name, "\(rounds)", "\(swallowed[instant] ?? 0)"))
        }
        lines += [
            "",
            row("said", "\(said)", "posted \(posts) times, repeats included"),
            row("accepted", "\(accepted)", "acknowledged with 200"),
            row("answered", "\(answered)", "of those; and \(answeredUnacknowledged) that got no 200"),
        ]
        for fault in Fault.allCases {
            let examples = faults[fault] ?? []
            lines.append(row(fault.rawValue, "\(examples.count)", examples.prefix(5).joined(separator: "; ")))
        }
        return (lines + ["", "\(isFlawless ? "every promise kept" : "FAILED"), in \(took.short)", ""])
            .joined(separator: "\n")
    }

    private func row(_ name: String, _ count: String, _ remark: String = "") -> String {
        let line = name + String(repeating: " ", count: max(1, 44 - name.count - count.count)) + count
        return remark.isEmpty ? line : line + "   " + remark
    }
}
