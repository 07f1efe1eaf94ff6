import JSON
import Text

// Questions, as rows of every store have them.

extension KnownQuestion {
    /// Nil where it cannot be read: such a question is as good as none, and must not keep its job from ending.
    package init?(
        _ id: QuestionID, of job: JobID, key: String?, body: String, replyAddress: String, style: String,
        ending: QuestionEnding?, delivery: DeliveryID, shown: Shown
    ) {
        guard let body = JSONValue(storedAs: body),
            let address = ReplyAddress(storedAs: replyAddress),
            let asked = AskedQuestion(json: body, key: key, to: address, as: AskedQuestion.Style(word: style))
        else { return nil }
        self.init(id, of: job, asked, ending: ending, delivery: delivery, shown: shown)
    }
}

extension KnownQuestion.Shown {
    /// By the state of the delivery that shows it.
    package init(by state: String, responseCode: String?) {
        switch DeliveryState(rawValue: state) {
        case .pending: self = .unsent
        case .sending: self = .underWay
        case .sent: self = .sent(responseCode: responseCode)
        case .failed, .dropped, nil: self = .never
        }
    }
}

extension QuestionEnding {
    /// Nil for a question that is open.
    package init?(state: String, answer: String?, answeredBy: String?) {
        switch state {
        case "open": return nil
        case "answered":
            let places = (answer ?? "").pieces { $0 == UInt8(ascii: ",") }
            self = .answered(places.compactMap { Int($0) }, by: answeredBy ?? "")
        case "expired": self = .expired
        case "withdrawn": self = .withdrawn
        default: self = .lapsed
        }
    }

    /// The places of the chosen options, with commas between them.
    package var places: String? {
        if case .answered(let places, _) = self { places.map(String.init).joined(separator: ",") } else { nil }
    }

    package var answeredBy: String? { if case .answered(_, let user) = self { user } else { nil } }
}

extension AskedQuestion.Style {
    package init(word: String) { self = word == "card" ? .card : .text }

    package var word: String { self == .card ? "card" : "text" }
}
