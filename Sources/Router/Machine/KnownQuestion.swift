/// A question of an agent's, as the rules of its conversation see it.
package struct KnownQuestion: Sendable, Equatable {
    package let id: QuestionID
    package let job: JobID
    package let asked: AskedQuestion
    /// nil while it is open.
    package internal(set) var ending: QuestionEnding?
    /// The delivery that shows it.
    package internal(set) var delivery: DeliveryID
    package internal(set) var shown: Shown

    /// The state of the delivery that shows it.
    package enum Shown: Sendable, Equatable {
        case unsent
        case underWay
        /// With this code, if WeCom gave one, the card can be changed once.
        case sent(responseCode: String?)
        case never
    }

    package init(
        _ id: QuestionID, of job: JobID, _ asked: AskedQuestion, ending: QuestionEnding? = nil, delivery: DeliveryID,
        shown: Shown
    ) {
        self.id = id
        self.job = job
        self.asked = asked
        self.ending = ending
        self.delivery = delivery
        self.shown = shown
    }
}
