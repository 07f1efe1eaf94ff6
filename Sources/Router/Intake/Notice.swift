/// A notice of our own that a person hears now and then, however often there is cause for it.
package struct Notice: Sendable, Equatable {
    /// The subject: each is counted for itself.
    package enum Kind: Int64, Sendable, CaseIterable {
        /// There is more than can be taken.
        case tooMuch = 1
        /// They may not write to this app.
        case refusal = 2
        /// They came in.
        case greeting = 3
        /// Their message was too old when it came. Nobody is told.
        case tooOld = 4

        /// The reason why a message is not answered, in the ledger's words; nil for a notice that refuses nothing.
        package var refusal: String? {
            switch self {
            case .tooMuch: "refused: more wait or came in a minute than may"
            case .refusal: "refused: the user may not write to this app"
            case .tooOld: "refused: older than server.max_message_age"
            case .greeting: nil
            }
        }
    }

    package let kind: Kind
    /// The message; nil for none.
    package let part: Part?
    package let atMostOncePer: Duration
    /// It is said in answer to what gave cause for it: counted as said, and no message.
    package var isAnswer = false

    package init(_ kind: Kind, _ part: Part?, atMostOncePer period: Duration = .seconds(3600)) {
        self.kind = kind
        self.part = part
        atMostOncePer = period
    }
}
