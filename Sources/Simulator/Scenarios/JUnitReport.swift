import System
import XML

/// The reports of scenarios in the form that CI systems read: a suite for each scenario, a case for each step.
package struct JUnitReport {
    package let bytes: [UInt8]

    package init(_ reports: [ScenarioReport]) {
        var writer = XMLWriter()
        writer.declaration()
        let lines = reports.flatMap(\.lines)
        writer.element("testsuites", [("name", "wecom-router simulate")] + JUnitReport.counts(of: lines)) { writer in
            for report in reports { JUnitReport.write(report, to: &writer) }
        }
        bytes = writer.bytes
    }

    private static func write(_ report: ScenarioReport, to writer: inout XMLWriter) {
        writer.element("testsuite", [("name", report.file)] + counts(of: report.lines)) { writer in
            for line in report.lines {
                let attributes = [
                    ("classname", report.file), ("name", "line \(line.number): \(line.step)"), ("file", report.file),
                    ("line", String(line.number)), ("time", seconds(line.took)),
                ]
                writer.element("testcase", attributes) { writer in
                    switch line.outcome {
                    case .done: break
                    case .skipped: writer.element("skipped", []) { _ in }
                    case .failed(let why):
                        writer.element("failure", [("message", why.description)]) { writer in
                            writer.text("\(report.file):\(line.number): \(why)")
                        }
                    }
                }
            }
        }
    }

    private static func counts(of lines: [ScenarioReport.Line]) -> [(String, String)] {
        let failed = lines.count { if case .failed = $0.outcome { true } else { false } }
        let skipped = lines.count { $0.outcome == .skipped }
        return [
            ("tests", String(lines.count)), ("failures", String(failed)), ("errors", "0"), ("skipped", String(skipped)),
            ("time", seconds(lines.reduce(.zero) { $0 + $1.took })),
        ]
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = duration.inMilliseconds
        let digits = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - digits.utf8.count))\(digits)"
    }
}
