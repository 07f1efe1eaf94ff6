/// A sign of life of a turn, which its end takes back.
package struct SignOfLife: Sendable, Equatable {
    package let delivery: DeliveryID
    package let job: JobID
    /// nil for one that cannot be read.
    package let address: ReplyAddress?
    package let isUnsent: Bool

    package init(_ delivery: DeliveryID, of job: JobID, to address: ReplyAddress?, isUnsent: Bool) {
        self.delivery = delivery
        self.job = job
        self.address = address
        self.isUnsent = isUnsent
    }
}
