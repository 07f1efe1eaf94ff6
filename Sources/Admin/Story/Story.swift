import JSON
import System
import Text

/// The way that a message took, out of what `/v1` tells of its job: attempts, questions and deliveries with their times.
struct Story: Sendable {
    struct Event: Sendable, Equatable {
        let at: Timestamp
        let what: String
        let why: String?
        let who: String?
    }

    /// A run of the agent, or one that is under way.
    struct Attempt: Sendable, Equatable {
        let from: Timestamp
        var to: Timestamp?
        /// The state that it left the job in.
        var outcome: String?
        var why: String?
    }

    /// A question of the agent's, and until when it was open.
    struct Asking: Sendable, Equatable {
        let from: Timestamp
        let title: String
        var to: Timestamp?
        /// `answered`, `expired`, `withdrawn`, `lapsed`.
        var ending: String?
    }

    struct Delivery: Sendable, Equatable {
        let id: String
        let state: String
        let attempts: Int
        let reason: String?
        let writtenAt: Timestamp
        let triedAt: Timestamp?
        let dueAt: Timestamp?
        let endedAt: Timestamp?
        let text: String
        let wecomID: String?
        let replacedBy: String?
        let replaces: String?
    }

    let state: String
    let isRefused: Bool
    let reason: String?
    let cancellation: String?
    let acceptedAt: Timestamp
    let endedAt: Timestamp?
    let dueAt: Timestamp?
    let events: [Event]
    let attempts: [Attempt]
    let askings: [Asking]
    let deliveries: [Delivery]

    /// nil of what is no job.
    init?(_ job: JSONValue) {
        guard let accepted = job.moment(of: "accepted_at") else { return nil }
        acceptedAt = accepted
        state = job.text(of: "state")
        isRefused = job.isTrue("refused")
        reason = job["reason"]?.string
        cancellation = job["cancellation"]?.string
        endedAt = job.moment(of: "ended_at")
        dueAt = job.moment(of: "due_at")
        let events = job.list(of: "events").compactMap(Event.init)
        self.events = events
        attempts = Attempt.all(in: events)
        askings = Asking.all(in: events)
        deliveries = job.list(of: "deliveries").compactMap(Delivery.init)
    }

    var firstClaimedAt: Timestamp? { attempts.first?.from }

    /// The parts of the answer: written when the job ended, or in the place of one of those. What was written before are signs
    /// of life.
    var answers: [Delivery] {
        guard let endedAt else { return [] }
        return deliveries.filter { $0.writtenAt >= endedAt.advanced(by: .milliseconds(-20)) }
    }

    /// The answers that count: of one that was replayed the last.
    var standing: [Delivery] { answers.filter { $0.replacedBy == nil } }

    /// The end of the last part, where all that was to go has gone.
    var deliveredAt: Timestamp? {
        let sent = standing.filter { $0.state == "sent" }  // short: a word of ours
        return sent.count == standing.count ? sent.compactMap(\.endedAt).max() : nil
    }
}

extension Story.Event {
    init?(_ json: JSONValue) {
        guard let at = json.moment(of: "at") else { return nil }
        self.init(at: at, what: json.text(of: "what"), why: json["why"]?.string, who: json["who"]?.string)
    }
}

extension Story.Attempt {
    private static let endings: Set = ["done", "failed", "cancelled", "waiting", "ready"]

    /// Each begins with `running` and ends with the next state.
    static func all(in events: [Story.Event]) -> [Self] {
        var attempts: [Self] = []
        for event in events {
            if event.what == "running" {  // short: a word of ours
                attempts.append(Self(from: event.at))
            } else if endings.contains(event.what), let last = attempts.indices.last, attempts[last].to == nil {
                attempts[last].to = event.at
                attempts[last].outcome = event.what
                attempts[last].why = event.why
            }
        }
        return attempts
    }
}

extension Story.Asking {
    private static let word = "question "

    /// Those that are open end one after the other, as they were asked.
    static func all(in events: [Story.Event]) -> [Self] {
        var askings: [Self] = []
        for event in events {
            if event.what == "asked" {  // short: a word of ours
                askings.append(Self(from: event.at, title: event.why ?? "", to: nil, ending: nil))
            } else if let ending = event.what.after(word), let open = askings.firstIndex(where: { $0.to == nil }) {
                askings[open].to = event.at
                askings[open].ending = String(ending)
            }
        }
        return askings
    }
}

extension Story.Delivery {
    init?(_ json: JSONValue) {
        guard let written = json.moment(of: "accepted_at") else { return nil }
        self.init(
            id: json.text(of: "id"), state: json.text(of: "state"), attempts: json.count(of: "attempts"),
            reason: json["reason"]?.string, writtenAt: written, triedAt: json.moment(of: "tried_at"),
            dueAt: json.moment(of: "due_at"), endedAt: json.moment(of: "ended_at"), text: json.text(of: "text"),
            wecomID: json["wecom_msgid"]?.string, replacedBy: json["retried_as"]?.string,
            replaces: json["retry_of"]?.string)
    }
}
