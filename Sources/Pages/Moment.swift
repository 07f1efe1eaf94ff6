package import HTML
package import System

extension Timestamp {
    /// The form in which a page shows a moment. It is UTC until the page's script has put the browser's own time there.
    package enum Form: String, Sendable {
        /// Hours and minutes.
        case time
        /// The same with seconds.
        case clock
        /// Minutes, seconds and milliseconds, for what follows closely.
        case fine
        /// A day and the time.
        case day
    }

    package func shown(_ form: Form) -> HTML {
        tag(.time, .datetime(description), .data("f", form.rawValue)) { text(form) }
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
