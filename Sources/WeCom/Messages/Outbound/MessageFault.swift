/// The reason why something is no message that WeCom would take: which field, what is wrong with it, and what it may be.
package struct MessageFault: Error, Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        case missing
        case empty
        case tooManyBytes(Int, limit: Int)
        case tooManyCharacters(Int, limit: Int)
        case tooFewCharacters(Int, least: Int)
        case wrongCount(Int, allowed: ClosedRange<Int>)
        /// Another kind of JSON; `wanted` with its article.
        case wrongKind(wanted: String)
        case noChoice(among: [String])
        case noURL
        /// Another of the same list says the same, where each needs its own.
        case repeated
        case unknownField
        case standsTwice
        /// Anything else; the words follow the field's name.
        case unfit(String)
    }

    /// The path of the field, as in `template_card.button_list[2].text`; empty for the message itself.
    package let field: String
    package let problem: Problem

    package init(field: String, problem: Problem) {
        self.field = field
        self.problem = problem
    }
}

extension MessageFault: CustomStringConvertible {
    package var description: String { "\(field.isEmpty ? "the message" : field) \(problem)" }
}

extension MessageFault.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing: "is missing"
        case .empty: "is empty"
        case .tooManyBytes(let count, let limit): "has \(count) bytes; WeCom takes at most \(limit)"
        case .tooManyCharacters(let count, let limit): "has \(count) characters; WeCom takes at most \(limit)"
        case .tooFewCharacters(let count, let least): "has \(count) characters; WeCom wants at least \(least)"
        case .wrongCount(let count, let allowed): "has \(count) entries; WeCom takes \(allowed.words)"
        case .wrongKind(let wanted): "must be \(wanted)"
        case .noChoice(let choices): "must be one of \(choices.joined(separator: ", "))"
        case .noURL: "must be a whole URL that begins with http:// or https://"
        case .repeated: "repeats another's: each needs its own"
        case .unknownField: "is a field that WeCom does not know here"
        case .standsTwice: "stands there twice"
        case .unfit(let words): words
        }
    }
}

extension ClosedRange<Int> {
    fileprivate var words: String { lowerBound == 0 ? "at most \(upperBound)" : "\(lowerBound) to \(upperBound)" }
}
