package import System

/// A delivery that has not ended, as the rules of its conversation see it.
package struct OpenDelivery: Sendable, Equatable {
    package let id: DeliveryID
    package let kind: Delivery.Class
    /// A message, the recall of one, or a change to a card.
    package let body: Part.Kind
    package let job: JobID?
    package var isUnderWay: Bool
    package var due: Timestamp?
    /// Counts the tries.
    package var attempt: Int
    /// True if it goes under WeCom's duplicate check, which the first try decides.
    package var checksDuplicates: Bool?

    package init(
        _ id: DeliveryID, _ kind: Delivery.Class, _ body: Part.Kind, job: JobID?, isUnderWay: Bool = false,
        due: Timestamp? = nil, attempt: Int = 0, checksDuplicates: Bool? = nil
    ) {
        self.id = id
        self.kind = kind
        self.body = body
        self.job = job
        self.isUnderWay = isUnderWay
        self.due = due
        self.attempt = attempt
        self.checksDuplicates = checksDuplicates
    }

    /// The right to send it, by the number of the try.
    package var lease: DeliveryLease { DeliveryLease(delivery: id, number: attempt) }

    /// False for a sign of life, the recall of one, and a change to a card that shows how its question ended.
    var isMissed: Bool { kind != .progress && body != .recall && (body != .cardUpdate || job == nil) }

    /// The order in which a conversation's deliveries go.
    package static func goes(_ a: OpenDelivery, before b: OpenDelivery) -> Bool {
        (a.kind.rawValue, a.id) < (b.kind.rawValue, b.id)
    }
}
