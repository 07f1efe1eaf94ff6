package import WeCom

/// A click on a question's card, on its way into the store.
package struct QuestionClick: Sendable, Equatable {
    package let question: QuestionID
    /// The place of the option, from 0 on.
    package let place: Int
    package let user: UserID
    /// With this the card can be changed.
    package let responseCode: String?
    /// The card shows in answer to the click how its question ended, so that nothing else has to say it.
    package let isAnswered: Bool

    package init(
        question: QuestionID, place: Int, user: UserID, responseCode: String?, isAnswered: Bool = false
    ) {
        self.question = question
        self.place = place
        self.user = user
        self.responseCode = responseCode
        self.isAnswered = isAnswered
    }
}
