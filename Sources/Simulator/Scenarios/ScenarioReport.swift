import System

/// The outcome of a scenario, step by step.
package struct ScenarioReport: Sendable {
    package enum Outcome: Sendable, Equatable {
        case done
        case failed(StepFailure)
        /// A step before it has failed.
        case skipped
    }

    package struct Line: Sendable {
        package let number: Int
        package let step: String
        package let outcome: Outcome
        package let took: Duration
    }

    package let file: String
    package internal(set) var lines: [Line] = []

    package var failure: (line: Line, why: StepFailure)? { failures.first }

    /// More than one where names were not right.
    private var failures: [(line: Line, why: StepFailure)] {
        lines.compactMap { line in if case .failed(let why) = line.outcome { (line, why) } else { nil } }
    }

    /// The failures as compilers tell theirs, each on a line: `FILE:LINE: what was expected, what came`.
    package var complaint: String? {
        failures.isEmpty ? nil : failures.map { "\(file):\($0.line.number): \($0.why)" }.joined(separator: "\n")
    }

    /// All of it, for people.
    package var text: String {
        var text = "\(file)\n"
        let width = lines.map { String($0.number).utf8.count }.max() ?? 1
        for line in lines {
            let number = String(line.number)
            let place = String(repeating: " ", count: width - number.utf8.count) + number
            text += "  \(line.outcome.word)  \(place)  \(line.step)"
            text += line.outcome == .skipped ? "\n" : "  (\(line.took.short))\n"
        }
        return text + (complaint.map { "\($0)\n" } ?? "")
    }
}

extension ScenarioReport.Outcome {
    fileprivate var word: String {
        switch self {
        case .done: "ok     "
        case .failed: "FAILED "
        case .skipped: "skipped"
        }
    }
}
