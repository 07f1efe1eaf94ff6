/// The right to work a job, by number: a later lease outbids it, and its holder can no longer settle.
package struct Lease: Hashable, Sendable {
    package let job: JobID
    package let number: Int64

    package init(job: JobID, number: Int64) {
        self.job = job
        self.number = number
    }
}
