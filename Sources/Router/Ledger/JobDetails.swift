package import System

/// Everything about a job that says why it went as it did.
package struct JobDetails: Sendable {
    package let summary: JobSummary
    package let messages: [AcceptedMessage]
    /// The events in order. That it was accepted is its number.
    package let events: [JobEvent]
    package let deliveries: [DeliverySummary]
    /// The thoughts of people on the answer, by who they are.
    package let feedback: [JobFeedback]

    package init(
        summary: JobSummary, messages: [AcceptedMessage], events: [JobEvent], deliveries: [DeliverySummary],
        feedback: [JobFeedback]
    ) {
        self.summary = summary
        self.messages = messages
        self.events = events
        self.deliveries = deliveries
        self.feedback = feedback
    }

    /// The number of each that are shown: the first messages and deliveries, the latest events.
    package static let maxRows = 200
}

/// A line of a job's time line.
package struct JobEvent: Sendable, Equatable {
    package let at: Timestamp
    package let what: String
    package let why: String?
    /// The operator or person who had it done; nil where nobody had to.
    package let who: String?

    package init(at: Timestamp, what: String, why: String?, who: String?) {
        self.at = at
        self.what = what
        self.why = why
        self.who = who
    }
}
