import System

/// The time that leases last, and what follows from it. Whoever renews one has several tries of it, and gives up what it holds
/// before anybody else may have it.
package struct LeaseLimits: Sendable {
    package let length: Duration

    package init(length: Duration = ClaimRules.leaseLength) { self.length = length }

    /// The time between two renewals.
    package var renewal: Duration { length / 6 }
    /// The time after which a renewal that failed is tried again, and for which one that is late is waited for.
    package var retry: Duration { length / 12 }
    /// The age, counted from before it was last renewed, at which a lease is as good as lost.
    package var fence: Duration { length / 3 * 2 }
}

/// The lengths of the leases of one process.
package struct LeaseLengths: Sendable {
    /// Those of turns.
    package var turns = ClaimRules.leaseLength
    /// Those of what is being sent, of bots' connections, and of the number of the process.
    package var others = DeliveryRules.leaseLength

    package init() {}

    /// Those of `serve`. A debug build that is started with `WECOM_ROUTER_LEASES=3` has leases of three seconds, so that a test need not
    /// wait for minutes. A release knows nothing of it.
    package static var ofProcess: LeaseLengths {
        var lengths = LeaseLengths()
        #if DEBUG
        if let text = Process.environment["WECOM_ROUTER_LEASES"] {
            guard let seconds = Int(text), seconds > 0 else {
                preconditionFailure("WECOM_ROUTER_LEASES is a number of seconds, and not \(text)")
            }
            (lengths.turns, lengths.others) = (.seconds(seconds), .seconds(seconds))
        }
        #endif
        return lengths
    }
}
