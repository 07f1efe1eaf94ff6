import Lifecycle
import System

extension Player {
    /// Carries a scenario out, up to the first step that fails, and ends it when `limit` is over.
    package func play(_ scenario: Scenario, within limit: Duration) async -> ScenarioReport {
        if let refusal = refusal(of: scenario) { return refusal }
        var report = ScenarioReport(file: scenario.file)
        let end = MonotonicTime.now.advanced(by: limit)
        for line in scenario.lines {
            let began = MonotonicTime.now
            let outcome: ScenarioReport.Outcome =
                if report.failure != nil { .skipped } else { await play(line.step, until: end, of: limit) }
            report.lines.append(
                .init(
                    number: line.number, step: line.step.description, outcome: outcome,
                    took: MonotonicTime.now.since(began)))
        }
        return report
    }

    /// The report of a scenario that names somebody or something that is not here: it is told before anything is done.
    private func refusal(of scenario: Scenario) -> ScenarioReport? {
        for line in scenario.lines { noteActor(of: line.step) }
        var report = ScenarioReport(file: scenario.file)
        report.lines = scenario.lines.map { line in
            var outcome = ScenarioReport.Outcome.skipped
            do throws(StepFailure) { try checkNames(of: line.step) } catch { outcome = .failed(error) }
            return .init(number: line.number, step: line.step.description, outcome: outcome, took: .zero)
        }
        return report.failure == nil ? nil : report
    }

    private func play(
        _ step: Step, until end: MonotonicTime, of limit: Duration
    ) async -> ScenarioReport.Outcome {
        let left = end.since(.now)
        let overdue = ScenarioReport.Outcome.failed(
            StepFailure(expected: "the end of the scenario within \(limit.short)", came: "no end"))
        guard left > .zero else { return overdue }
        return await firstOf(
            { await self.outcome(of: step) },
            {
                try? await Task.sleep(for: left)
                return overdue
            })
    }

    private func outcome(of step: Step) async -> ScenarioReport.Outcome {
        do throws(StepFailure) {
            try await play(step)
            return .done
        } catch {
            return .failed(error)
        }
    }
}
