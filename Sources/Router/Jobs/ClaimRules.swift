package import System

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
    /// The disk of the process that claims; nil where it makes no difference to agents where they run.
    package var home: Home?

    package init(
        limit: Int, reserved: Int = 0, running: [Endpoint: Int] = [:], limits: [Endpoint: Int] = [:],
        takesSuspect: Bool = true, lease: Duration = ClaimRules.leaseLength, home: Home? = nil
    ) {
        self.limit = limit
        self.reserved = reserved
        self.running = running
        self.limits = limits
        self.takesSuspect = takesSuspect
        self.lease = lease
        self.home = home
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

extension ClaimRules {
    /// The process on whose disk conversations have their working directories. A claim leaves those of others to them for a while.
    package struct Home: Sendable, Equatable {
        /// The name of the process that claims.
        package let name: String
        /// The time for which a conversation waits for its home that is dead, where nobody has a copy of its files.
        package var timeout: Duration

        package init(_ name: String, timeout: Duration = .seconds(900)) {
            self.name = name
            self.timeout = timeout
        }

        /// The time for which one waits for its home that lives, and is busy.
        package static let patience = Duration.seconds(10)

        /// The moment up to which a conversation that is ready since then is left to its home, `timeout` and all; nil for one that
        /// anybody may have.
        package func end(
            ofWaitSince since: Timestamp, forOneThatLives isAlive: Bool, withFilesThereAlone isBound: Bool,
            at now: Timestamp
        ) -> Timestamp? {
            // Its files are nowhere else: as long as it lives there is no use in running without them.
            if isBound, isAlive { return now.advanced(by: Home.patience) }
            let end = since.advanced(by: isBound ? timeout : isAlive ? Home.patience : .zero)
            return end > now ? end : nil
        }
    }
}
