/// The time that leases last, and what follows from it. Whoever renews one has several tries of it, and gives up what it holds
/// before anybody else may have it.
package struct LeaseLimits: Sendable {
    package let length: Duration

    package init(length: Duration = ClaimRules.leaseLength) { self.length = length }

    /// The time between two renewals.
    var renewal: Duration { length / 6 }
    /// The time after which a renewal that failed is tried again, and for which one that is late is waited for.
    var retry: Duration { length / 12 }
    /// The age, counted from before it was last renewed, at which a lease is as good as lost.
    var fence: Duration { length / 3 * 2 }
}
