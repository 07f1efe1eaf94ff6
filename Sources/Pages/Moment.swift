package import HTML
package import System

extension Timestamp {
    /// The form in which a page shows a moment. It is UTC until the page's script has put the browser's own time there.
    ///
    /// The raw value is the piece that the script cuts out of a moment like `2026-11-29T20:21:58.123Z`.
    package enum Form: String, Sendable {
        /// Hours and minutes.
        case time = "11 16"
        /// The same with seconds.
        case clock = "11 19"
        /// Minutes, seconds and milliseconds, for what follows closely.
        case fine = "14 23"
        /// A day and the time.
        case day = "5 16"
    }

    /// With `lead` it is a clock, which the script lets go so far ahead of the browser's own.
    package func shown(_ form: Form, goingAhead lead: Duration? = nil) -> HTML {
        tag(
            .time, .datetime(description), .data("cut", form.rawValue),
            lead.map { .data("lead", "\($0.inMilliseconds)") }
        ) { text(form) }
    }

    private func text(_ form: Form) -> String {
        switch form {
        case .time: String(timeOfDay.prefix(5))
        case .clock: String(timeOfDay.prefix(8))
        case .fine: String(timeOfDay.dropFirst(3))
        case .day: "\(description.prefix(10)) \(timeOfDay.prefix(5))"
        }
    }
}
