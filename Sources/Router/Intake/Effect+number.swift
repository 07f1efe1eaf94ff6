// Effects, as rows of every store have them.

extension Effect {
    /// The number that rows have: 0 to 9 the effect itself, from 10 on a kind of notice, from 100 on a command. None is ever
    /// given another meaning.
    package var code: Int64 {
        switch self {
        case .nothing: 0
        case .job: 1
        case .appended: 2
        case .answer: 3
        case .notice(let kind): 10 + kind.rawValue
        case .command(let name): 100 + name.code
        }
    }

    /// The number that the row names besides.
    package var number: Int64? { if case .answer(let question) = self { question.number } else { job?.number } }

    package init?(code: Int64, number: Int64?) {
        switch (code, number) {
        case (0, _): self = .nothing(.counted)
        case (1, let number?): self = .job(JobID(number))
        case (2, let number?): self = .appended(JobID(number))
        case (3, let number?): self = .answer(QuestionID(number))
        case (100..., _):
            guard let name = ChatCommand.Name.allCases.first(where: { $0.code == code - 100 }) else { return nil }
            self = .command(name)
        default:
            guard let kind = Notice.Kind(rawValue: code - 10) else { return nil }
            self = .notice(kind)
        }
    }
}

extension ChatCommand.Name {
    /// The number that rows know it by, whatever else is added or reordered.
    fileprivate var code: Int64 {
        switch self {
        case .new: 0
        case .stop: 1
        case .status: 2
        case .queue: 3
        case .help: 4
        case .retry: 5
        }
    }
}
