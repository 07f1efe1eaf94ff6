package import Lifecycle
package import Observability
import System

/// Runs jobs as they become ready, so many at a time.
package struct WorkerPool: Service {
    package let name = "workers"
    private let foreman: Foreman<ClaimedJob>
    private let waitSpeaker: WaitSpeaker

    package init(
        store: any JobStore, run: JobRun, turns: RunningTurns, current: Serving.Current, concurrency: Int,
        owner: String, home: ClaimRules.Home? = nil, wakeup: Wakeup, patience: Duration = Wakeup.patience, log: Logger
    ) {
        foreman = Foreman(
            name: name, concurrency: concurrency, wakeup: wakeup, finishesBacklog: false, log: log,
            claim: { free in
                // The last eighth of the places is for apps that have nothing running: a flood of one app's messages does
                // not make another app's user wait.
                let rules = ClaimRules(
                    limit: free, reserved: concurrency / 8, running: turns.countByApp,
                    limits: current.serving.turnLimits, takesSuspect: !turns.haveSuspect, lease: turns.leases.length,
                    home: current.serving.hasWorkspaces ? home : nil)
                let now = turns.clock.now
                let jobs = try await store.claim(for: owner, within: rules, at: .steady(at: now))
                if !jobs.isEmpty { CrashPoint.reach(.inClaim) }
                for job in jobs { turns.announce(job, heldSince: now) }
                return jobs
            },
            work: { await run.run($0) },
            clock: turns.clock, patience: patience)
        waitSpeaker = WaitSpeaker(
            store: run.store, current: current, outbox: run.outbox, clock: turns.clock, log: log,
            // Where looks are few, these are, too.
            interval: max(.seconds(1), min(.seconds(2), patience)))
    }

    package func run(_ life: ServiceLife) async {
        await firstOf({ [foreman] in await foreman.run(life) }, { [waitSpeaker] in await waitSpeaker.run() })
    }
}
