import System

/// What a claim may take, given what runs already.
package struct ClaimRules: Sendable {
    /// How many jobs at most.
    package var limit: Int
    /// How many of the free places only apps may have that have nothing running.
    package var reserved: Int
    /// What runs, by app.
    package var running: [Endpoint: Int]
    /// How many may run, for apps that have a limit of their own.
    package var limits: [Endpoint: Int]
    /// Whether a job may be taken that has been there twice when the process went down. One at a time, so that the third
    /// time tells which it was.
    package var takesSuspect: Bool
    /// How long the leases last.
    package var lease: Duration

    package init(
        limit: Int, reserved: Int = 0, running: [Endpoint: Int] = [:], limits: [Endpoint: Int] = [:],
        takesSuspect: Bool = true, lease: Duration = ClaimRules.leaseLength
    ) {
        self.limit = limit
        self.reserved = reserved
        self.running = running
        self.limits = limits
        self.takesSuspect = takesSuspect
        self.lease = lease
    }

    package static let leaseLength = Duration.seconds(60)
    /// From so many crashes on a job is a suspect; one more and it is given up.
    package static let suspectCrashes = 2

    /// Whether one more job of `app` may be taken.
    package func admits(_ app: Endpoint?) -> Bool {
        guard limit > 0 else { return false }
        guard let app else { return true }
        let count = running[app, default: 0]
        if let most = limits[app], count >= most { return false }
        return limit > reserved || count == 0
    }

    package mutating func note(_ job: ClaimedJob) {
        limit -= 1
        running[job.conversation.endpoint, default: 0] += 1
        if job.crashes >= ClaimRules.suspectCrashes { takesSuspect = false }
    }
}
