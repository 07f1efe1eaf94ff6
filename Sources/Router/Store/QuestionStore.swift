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

/// The answer to a question that the agent named.
package struct KeyedAnswer: Sendable, Equatable {
    package let key: String
    /// The ids of the chosen options; nil for a question that nobody answered.
    package let options: [String]?

    package init(key: String, options: [String]?) {
        self.key = key
        self.options = options
    }

    /// Nil of a question that has no name, or is open still.
    package init?(_ known: KnownQuestion) {
        guard let key = known.asked.question.key, let ending = known.ending else { return nil }
        var chosen: [String]?
        if case .answered(let places, _) = ending {
            let options = known.asked.question.options
            chosen = places.filter(options.indices.contains).map { options[$0].id }
        }
        self.init(key: key, options: chosen)
    }
}
