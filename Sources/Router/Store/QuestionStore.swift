package import System

/// The durable half of what agents ask.
package protocol QuestionStore: Sendable {
    /// Writes a question with the delivery that shows it, in one transaction. It is put in words where the stream that it would
    /// be a card below has had one, or has ended. One of the same key of the same job is found
    /// again, answered or not, and nothing is shown twice. nil, with nothing written, when a later lease has outbid this one
    /// or the job is to be stopped.
    func ask(_ asked: AskedQuestion, for lease: Lease, at now: Timestamp) async throws -> QuestionID?

    /// The endings of those of the questions that have ended.
    func endings(of questions: [QuestionID]) async throws -> [QuestionID: QuestionEnding]

    /// A question as it was put, and how it ended; nil for one that is not known.
    func known(_ question: QuestionID) async throws -> KnownQuestion?

    /// Ends a question that nobody has answered, and shows that. False when it had ended already.
    func close(_ question: QuestionID, as ending: QuestionEnding, at now: Timestamp) async throws -> Bool

    /// A question's ending, as an agent that calls asks for it: by its own names, of one job.
    func answers(to job: JobID) async throws -> [KeyedAnswer]
}

/// A question as it is put to a person.
package struct AskedQuestion: Sendable, Equatable {
    package let question: Question
    package let address: ReplyAddress
    package let style: Style
    /// The texts around it, and once it is over.
    package let texts: ChatTexts
    /// The bytes that one message holds where it is put.
    package let limit: Int

    package enum Style: Sendable, Equatable {
        /// A card with buttons.
        case card
        /// Numbers to answer with.
        case text
    }

    package init(
        _ question: Question, to address: ReplyAddress, as style: Style, saying texts: ChatTexts, within speech: Speech
    ) {
        self.init(question, to: address, as: style, saying: texts, limit: speech.limit)
    }

    package init(
        _ question: Question, to address: ReplyAddress, as style: Style, saying texts: ChatTexts, limit: Int
    ) {
        self.question = question
        self.address = address
        self.style = style
        self.texts = texts
        self.limit = limit
    }

    /// The same question, with numbers to answer with.
    package var inWords: AskedQuestion {
        AskedQuestion(question, to: address, as: .text, saying: texts, limit: limit)
    }
}

/// The end of a question.
package enum QuestionEnding: Sendable, Equatable {
    /// By the places of the options in the question, and by whom: the user's id.
    case answered([Int], by: String)
    case expired
    /// The agent did not want to know any more.
    case withdrawn
    /// The job that asked is over.
    case lapsed
}

extension QuestionEnding {
    /// The state of a question that ended so, as stores and time lines have it.
    package var state: String {
        switch self {
        case .answered: "answered"
        case .expired: "expired"
        case .withdrawn: "withdrawn"
        case .lapsed: "lapsed"
        }
    }
}

/// The answer to a question that the agent named.
package struct KeyedAnswer: Sendable, Equatable {
    package let key: String
    /// The ids of the chosen options; nil for a question that nobody answered.
    package let options: [String]?

    package init(key: String, options: [String]?) {
        self.key = key
        self.options = options
    }
}
