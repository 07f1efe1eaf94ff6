import JSON
package import Lifecycle
package import Observability
import System

/// Holds on to the leases of the turns that run here and of what is being sent, stops turns that were cancelled or outbid,
/// brings them the answers that people gave, and gives back what others left.
package struct LeaseKeeper: Service {
    package let name = "lease keeper"
    private let store: any JobStore & QuestionStore
    private let sendings: any DeliveryStore & NodeStore
    private let turns: RunningTurns
    private let contact: StoreContact
    private let node: (@Sendable () -> NodeRecord)?
    private let owner: String
    private let cancellations: Wakeup
    private let log: Logger

    /// Beneath every wakeup, a look for news once in a while.
    private static let newsInterval = Duration.seconds(1)

    package init(
        store: any JobStore & QuestionStore, sendings: any DeliveryStore & NodeStore, turns: RunningTurns,
        contact: StoreContact = StoreContact(), owner: String, cancellations: Wakeup, log: Logger,
        node: (@Sendable () -> NodeRecord)? = nil
    ) {
        self.store = store
        self.sendings = sendings
        self.turns = turns
        self.contact = contact
        self.node = node
        self.owner = owner
        self.cancellations = cancellations
        self.log = log
    }

    private var clock: any WorkClock { turns.clock }
    private var limits: LeaseLimits { turns.leases }

    package func run(_ life: ServiceLife) async {
        life.hasStarted()
        await firstOf(life.untilToldToStop, keepLeases, holdOn, rescueOthers, bringNews)
        if let node { try? await sendings.forgetNode(node().incarnation) }
    }

    // MARK: Renewal

    @Sendable private func keepLeases() async {
        var due = clock.now.advanced(by: limits.renewal)
        while (try? await clock.sleep(until: due)) != nil {
            let began = clock.now
            let wait = await renewAll() ? limits.renewal : limits.retry
            due = max(began.advanced(by: wait), clock.now)
        }
    }

    /// Renews the leases of all turns, and stops those whose leases cannot be held. False if it has to be tried again.
    private func renewAll() async -> Bool {
        let running = turns.all
        guard !running.isEmpty else { return true }
        let isAnswered = Signpost()
        async let isRenewed = renew(running, isAnswered)
        // A store that does not answer holds nothing.
        while await !isAnswered.isReached(within: max(untilNextFence, limits.retry), by: clock), !Task.isCancelled {
            stopFenced()
        }
        return await isRenewed
    }

    private func renew(_ running: [RunningTurn], _ isAnswered: Signpost) async -> Bool {
        defer { isAnswered.reach() }
        let began = clock.now
        do {
            let held = Set(
                try await store.renew(running.map(\.job.lease), for: limits.length, at: clock.timestamp))
            for turn in running {
                if held.contains(turn.job.lease) { turn.noteRenewal(begunAt: began) } else { turn.stop(.leaseLost) }
            }
            return true
        } catch {
            log.error("leases could not be renewed", [.error: .string("\(error)")])
            stopFenced()
            return false
        }
    }

    private var untilNextFence: Duration {
        turns.all.map(\.fence).min()?.since(clock.now) ?? limits.renewal
    }

    /// Stops the turns whose leases somebody else may soon have.
    private func stopFenced() {
        let now = clock.now
        for turn in turns.all where turn.fence <= now { turn.stop(.leaseLost) }
    }

    /// Holds on to the number of this process and to what it is sending. The first time at once: from then on it counts as living.
    @Sendable private func holdOn() async {
        repeat {
            let began = clock.now
            do {
                if try await !sendings.renewNode(of: owner, for: contact.limits.length, at: clock.timestamp) {
                    log.error(
                        "another process has the number of this one: what the two make may clash; start this one again")
                }
                try await sendings.renewSendings(of: owner, for: contact.limits.length, at: clock.timestamp)
                if let node { try await sendings.note(node(), at: clock.timestamp) }
                contact.noteAnswer(begunAt: began)
            } catch {
                log.error("what is being sent could not be held on to", [.error: .string("\(error)")])
            }
        } while (try? await clock.sleep(for: contact.limits.renewal)) != nil
    }

    // MARK: Rescue

    /// Gives back what is in the hands of processes that are gone. They are gone if they did not renew a lease while this one could
    /// have: nobody's is taken right after an outage, or by a process that has just come back.
    @Sendable private func rescueOthers() async {
        while (try? await clock.sleep(for: contact.limits.length / 3)) != nil {
            do {
                if contact.hasLasted(limits.length, by: clock.now) { try await rescueJobs() }
                if contact.hasLasted(contact.limits.length, by: clock.now) { try await rescueSendings() }
            } catch {
                log.error("expired leases could not be looked for", [.error: .string("\(error)")])
            }
        }
    }

    private func rescueJobs() async throws {
        let jobs = try await store.rescue(except: owner, at: clock.timestamp)
        if jobs > 0 { log.warning("gave back jobs whose worker is gone", ["jobs": .integer(Int64(jobs))]) }
    }

    private func rescueSendings() async throws {
        let deliveries = try await sendings.rescueSendings(except: owner, at: clock.timestamp)
        if deliveries > 0 {
            log.warning("gave back deliveries whose courier is gone", ["deliveries": .integer(Int64(deliveries))])
        }
    }

    // MARK: News

    /// Looks each second, and when somebody in this process says that there is something to see.
    @Sendable private func bringNews() async {
        while !Task.isCancelled {
            await cancellations.wait(atMost: LeaseKeeper.newsInterval, by: clock)
            let running = turns.all
            guard !running.isEmpty else { continue }
            await bringAnswers(to: running)
            guard let found = try? await store.cancellations() else { continue }
            for cancellation in found { turns.stop(cancellation.lease, .cancelled(cancellation.reason)) }
        }
    }

    private func bringAnswers(to running: [RunningTurn]) async {
        let open = running.flatMap(\.questions.all)
        guard !open.isEmpty, let endings = try? await store.endings(of: open) else { return }
        for (question, ending) in endings {
            for turn in running { turn.questions.resolve(question, as: ending) }
        }
    }
}
