package import Observability
package import Router
import WeCom

/// The metrics of the callback endpoint.
package struct CallbackMetrics: Sendable {
    fileprivate enum Effect: String, CaseIterable {
        case job, command, answer, notice, nothing
        case again = "repeat"
        case notDurable = "not_durable"
    }

    /// The verdicts of people on answers.
    fileprivate enum Feedback: String, CaseIterable {
        case accurate, inaccurate, cancelled
        /// It is about no answer that was given there.
        case unknown
    }

    let clockOff: Counter
    private let feedback: CountersByApp<Feedback>
    private let effects: CountersByApp<Effect>
    private let events: CounterFamily<String>
    private let refused: CountersByApp<String>
    private let refusedOfNoApp: CounterFamily<String>
    private let formerKeys = FormerKeyCount()

    /// `current` says which apps have keys that were replaced.
    package init(_ metrics: Metrics, of current: Serving.Current, apps: AppLabels = AppLabels()) {
        formerKeys.describe(of: current, in: metrics)
        effects = CountersByApp(
            metrics, "callbacks_total", "Genuine callbacks by their effect", of: apps, by: "effect")
        feedback = CountersByApp(
            metrics, "feedback_total", "Thumbs on answers by what they say", of: apps, by: "verdict")
        events = CounterFamily(
            metrics, "events_total", "Events by WeCom's name for them", by: "event", values: InboundEvent.names)
        clockOff = metrics.counter(
            "callbacks_clock_off_total", "Genuine callbacks whose query timestamp is over five minutes from our clock")
        let (name, help) = ("callbacks_refused_total", "Callbacks refused by why")
        refused = CountersByApp(
            metrics, name, help, of: apps, by: "why", values: CallbackRefusal.labels.map { (label: $0, text: $0) })
        refusedOfNoApp = CounterFamily(metrics, name, help, by: "why", values: CallbackRefusal.labels)
    }

    func count(_ acceptance: Acceptance, of message: InboundMessage, to app: App) {
        if case .event(let event) = message.content { events.increment(event.name) }
        effects.increment(Effect(acceptance), of: app.name)
    }

    /// A repeat says nothing new.
    func count(
        _ verdict: BotFeedback.Verdict, _ effect: FeedbackEffect, in event: InboundMessage, to bot: App
    ) {
        count(Acceptance(.nothing(.counted), isRepeat: effect == .known), of: event, to: bot)
        if effect != .known { feedback.increment(Feedback(verdict, effect), of: bot.name) }
    }

    func count(_ part: FormerKeys.Part, of app: App) { formerKeys.increment(app, part) }

    func countNotDurable(of app: App) { effects.increment(.notDurable, of: app.name) }

    /// One that does not say for which app of ours it is counts for none.
    package func count(_ refusal: CallbackRefusal) {
        if let app = refusal.app {
            refused.increment(refusal.label, of: app)
        } else {
            refusedOfNoApp.increment(refusal.label)
        }
    }
}

extension CallbackMetrics.Effect {
    fileprivate init(_ acceptance: Acceptance) {
        self =
            switch acceptance.effect {
            case _ where acceptance.isRepeat: .again
            case .job, .appended: .job
            case .command: .command
            case .answer: .answer
            case .notice: .notice
            case .nothing: .nothing
            }
    }
}

extension CallbackMetrics.Feedback {
    fileprivate init(_ verdict: BotFeedback.Verdict, _ effect: FeedbackEffect) {
        self =
            switch verdict {
            case _ where effect == .unknownAnswer: .unknown
            case .accurate: .accurate
            case .inaccurate: .inaccurate
            case .cancelled: .cancelled
            }
    }
}
