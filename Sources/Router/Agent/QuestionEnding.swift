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
