import System

/// The jobs that a claim may take, given what runs already.
package struct ClaimRules: Sendable {
    /// The number of jobs, at most.
    package var limit: Int
    /// The number of free places that are for apps with nothing running.
    package var reserved: Int
    /// The number of jobs that run, by app.
    package var running: [Endpoint: Int]
    /// The number that may run, for apps that have a limit of their own.
    package var limits: [Endpoint: Int]
    /// True if a job may be taken that was there twice when the process went down. One at a time, so that the third
    /// time tells which it was.
    package var takesSuspect: Bool
    /// The length of the leases.
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

    /// Outlasts a failover of the database, which takes 20 to 40 seconds: a turn may be half an hour of work.
    package static let leaseLength = Duration.seconds(180)
    /// From so many crashes on a job is a suspect; one more and it is given up.
    package static let suspectCrashes = 2

    /// True if one more job of `app` may be taken.
    package func admits(_ app: Endpoint?) -> Bool {
        guard limit > 0 else { return false }
        guard let app else { return true }
        let count = running[app, default: 0]
        if let most = limits[app], count >= most { return false }
        return limit > reserved || count == 0
    }

    /// Counts a job of `app` that was leased.
    package mutating func note(jobOf app: Endpoint?, crashes: Int) {
        limit -= 1
        if let app { running[app, default: 0] += 1 }
        if crashes >= ClaimRules.suspectCrashes { takesSuspect = false }
    }
}
