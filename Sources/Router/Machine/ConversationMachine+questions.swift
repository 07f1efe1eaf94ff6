import Text
import WeCom

extension ConversationMachine {
    // MARK: What a turn says

    /// Says something of a running turn; a sign of life goes in place of one that has not gone yet. Needs the outbox place and,
    /// for a sign, those of the job.
    package mutating func say(_ part: Part, as kind: Delivery.Class, in job: JobID) {
        if kind == .progress {
            for sign in signs where sign.job == job && sign.isUnsent { drop(unsent: sign.delivery) }
        }
        enqueue(part, kind, job: job)
    }

    /// Acknowledges a job, unless that was said; in place of what has not gone yet. Needs the outbox place and the job's signs of
    /// life.
    package mutating func acknowledge(_ job: JobID, _ part: Part) -> Bool {
        guard signs.allSatisfy({ $0.job != job || $0.isUnsent }) else { return false }
        say(part, as: .progress, in: job)
        return true
    }

    /// Answers a command. Where the command made a job, and its answer shows in the stream of the command, this stands above it.
    /// Needs the outbox place.
    package mutating func tell(_ part: Part, above job: JobID? = nil) {
        enqueue(part, .control, job: part.address.stream == nil ? nil : job)
    }

    /// Sends something that answers no job. Needs the outbox place.
    package mutating func send(_ part: Part) -> DeliveryID { enqueue(part, .final, job: nil) }

    /// Puts a question of a running turn. Needs the outbox place.
    package mutating func ask(_ asked: AskedQuestion, for lease: Lease) -> QuestionID {
        let id = QuestionID(identifiers.next(at: now))
        let delivery = enqueue(asked.part(id, as: asked.style), .control, job: lease.job)
        record(.question(id, .add(asked, of: lease, shownBy: delivery)))
        note(lease.job, "asked", asked.question.title)
        questions.append(KnownQuestion(id, of: lease.job, asked, delivery: delivery, shown: .unsent))
        return id
    }

    // MARK: How a question ends

    /// Ends a question that nobody has answered, and shows that. Needs the outbox place and the question.
    package mutating func end(_ question: KnownQuestion, as ending: QuestionEnding) { close(question, as: ending) }

    /// Takes a press on a card of ours; nothing comes of one that was never put. Needs the outbox place and the question.
    package mutating func click(_ click: QuestionClick) -> Effect {
        guard let question = questions.first(where: { $0.id == click.question }),
            question.asked.question.options.indices.contains(click.place)
        else { return .nothing(.counted) }
        if let ending = question.ending {
            if !click.isAnswered { tellLate(question, ending, click) }
        } else {
            close(question, as: .answered([click.place], by: click.user.text), with: click.responseCode)
        }
        return .answer(question.id)
    }

    /// Takes a message that answers an open question, by number or by name; nil for one that is none of its options. Needs the
    /// outbox place and the open questions.
    package mutating func answer(_ request: JobRequest) -> Effect? {
        guard request.mayAnswer else { return nil }
        for question in questions where question.ending == nil {
            guard let places = question.asked.choice(in: request.message.text) else { continue }
            close(question, as: .answered(places, by: request.message.sender.text))
            return .answer(question.id)
        }
        return nil
    }

    /// Ends the questions of a job: nobody is there any more to hear the answers. One that its agent asks again by its name stays
    /// open while the job may go on.
    mutating func endQuestions(
        of job: JobID, as ending: QuestionEnding, jobGoesOn: Bool, afterCrash: Bool = false
    ) {
        for question in questions where question.job == job && question.ending == nil {
            if jobGoesOn, question.isAskedAgain(afterCrash: afterCrash) { continue }
            close(question, as: ending)
        }
        if !jobGoesOn { record(.job(job, .endUnreadableQuestions)) }
    }

    /// Ends an open question, and shows that: on the card, with the code that came with a press or that WeCom gave for the card
    /// when it was sent. Of a text, and of a card without any, it is said, unless somebody has answered.
    private mutating func close(
        _ question: KnownQuestion, as ending: QuestionEnding, with responseCode: String? = nil
    ) {
        record(.question(question.id, .end(ending)))
        note(question.job, "question \(ending.state)", question.asked.words(for: ending))
        if let index = questions.firstIndex(where: { $0.id == question.id }) { questions[index].ending = ending }
        if question.shown == .unsent { return drop(unsent: question.delivery) }
        switch question.asked.style {
        case .card where question.shown != .sent(responseCode: nil) || responseCode != nil:
            guard let code = responseCode ?? question.shown.responseCode,
                let update = question.asked.update(showing: ending, with: code)
            else { return }
            enqueue(update, .control, job: question.job)
        case .card, .text:
            let isNews = ending == .expired || ending == .lapsed
            guard isNews, let part = question.asked.latePart(after: ending) else { return }
            enqueue(part, .control, job: question.job)
        }
    }

    private mutating func tellLate(_ question: KnownQuestion, _ ending: QuestionEnding, _ click: QuestionClick) {
        if let code = click.responseCode, let update = question.asked.update(showing: ending, with: code) {
            enqueue(update, .control, job: question.job)
        }
        if let part = question.asked.latePart(after: ending) { enqueue(part, .control, job: nil) }
    }

    // MARK: How it is shown

    /// Shows on a card that was on its way when its question ended how that ended. Needs the question.
    mutating func showEnding(of delivery: DeliveryID, with responseCode: String) {
        guard let question = questions.first(where: { $0.delivery == delivery }), let ending = question.ending,
            let update = question.asked.update(showing: ending, with: responseCode)
        else { return }
        enqueue(update, .control, job: question.job)
    }

    /// Puts a question as a text whose card WeCom would not take. Needs the question.
    mutating func askInWords(insteadOf delivery: DeliveryID) {
        guard let index = questions.firstIndex(where: { $0.delivery == delivery && $0.ending == nil }),
            questions[index].asked.style == .card
        else { return }
        let question = questions[index]
        let words = enqueue(question.asked.part(question.id, as: .text), .control, job: question.job)
        record(.question(question.id, .show(as: .text, by: words)))
        (questions[index].delivery, questions[index].shown) = (words, .unsent)
    }
}

extension KnownQuestion {
    /// True if its agent asks it again by its name. After a crash, the question whether the job is to run again is not.
    fileprivate func isAskedAgain(afterCrash: Bool) -> Bool {
        guard let key = asked.question.key else { return false }
        return !(afterCrash && key.begins(with: CrashRecovery.questionKey))
    }
}

extension KnownQuestion.Shown {
    fileprivate var responseCode: String? { if case .sent(let code) = self { code } else { nil } }
}
