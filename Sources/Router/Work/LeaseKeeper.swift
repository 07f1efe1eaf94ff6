import JSON
package import Lifecycle
package import Observability
import System

/// Holds on to the leases of the turns that run here and of what is being sent, stops turns that were cancelled or outbid,
/// brings them the answers that people gave, and gives back what others left.
package struct LeaseKeeper: Service {
    package let name = "lease keeper"
    private let store: any JobStore & QuestionStore & DeliveryStore & NodeStore
    private let turns: RunningTurns
    private let owner: String
    private let cancellations: Wakeup
    private let log: Logger

    /// How often a lease is renewed; it lasts three times as long.
    static let renewInterval = ClaimRules.leaseLength / 3
    /// Not renewed for so long, a lease is as good as lost: its turn stops before another may begin.
    static let selfFence = ClaimRules.leaseLength / 3 * 2

    package init(
        store: any JobStore & QuestionStore & DeliveryStore & NodeStore, turns: RunningTurns, owner: String,
        cancellations: Wakeup, log: Logger
    ) {
        self.store = store
        self.turns = turns
        self.owner = owner
        self.cancellations = cancellations
        self.log = log
    }

    package func run(_ life: ServiceLife) async {
        life.hasStarted()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await renewLeases() }
            group.addTask { await bringNews() }
            await life.untilToldToStop()
            group.cancelAll()
            // The last look belongs to no wait.
            cancellations.signal()
        }
    }

    // MARK: Renewal

    private func renewLeases() async {
        while (try? await Task.sleep(for: LeaseKeeper.renewInterval)) != nil {
            await renew()
            await rescue()
        }
    }

    /// Gives back what is in the hands of processes that are gone.
    private func rescue() async {
        do {
            if try await !store.renewNode(of: owner, for: ClaimRules.leaseLength, at: .steady) {
                log.error(
                    "another process has the number of this one: what the two make may clash; start this one again")
            }
            try await store.renewSendings(of: owner, for: ClaimRules.leaseLength, at: .steady)
            let jobs = try await store.rescue(except: owner, at: .steady)
            if jobs > 0 { log.warning("gave back jobs whose worker is gone", ["jobs": .integer(Int64(jobs))]) }
            let sendings = try await store.rescueSendings(except: owner, at: .steady)
            if sendings > 0 {
                log.warning("gave back deliveries whose courier is gone", ["deliveries": .integer(Int64(sendings))])
            }
        } catch {
            log.error("expired leases could not be looked for", [.error: .string("\(error)")])
        }
    }

    private func renew() async {
        let running = turns.all
        guard !running.isEmpty else { return }
        do {
            let leases = running.map(\.job.lease)
            let held = try await store.renew(leases, until: Timestamp.steady.advanced(by: ClaimRules.leaseLength))
            let now = MonotonicTime.now
            for turn in running {
                if held.contains(turn.job.lease) { turn.noteRenewal(at: now) } else { turn.stop(.leaseLost) }
            }
        } catch {
            log.error("leases could not be renewed", [.error: .string("\(error)")])
            for turn in running where turn.isFenced(at: .now) { turn.stop(.leaseLost) }
        }
    }

    // MARK: News

    /// Looks each second, and when somebody in this process says that there is something to see.
    private func bringNews() async {
        let poll = Task {
            while (try? await Task.sleep(for: .seconds(1))) != nil { cancellations.signal() }
        }
        defer { poll.cancel() }
        while !Task.isCancelled {
            await cancellations.wait()
            let running = turns.all
            guard !running.isEmpty else { continue }
            await bringAnswers(to: running)
            guard let found = try? await store.cancellations() else { continue }
            for cancellation in found { turns.stop(cancellation.lease, .cancelled(cancellation.reason)) }
        }
    }

    private func bringAnswers(to running: [RunningTurn]) async {
        let open = running.flatMap(\.openQuestions)
        guard !open.isEmpty, let endings = try? await store.endings(of: open) else { return }
        for (question, ending) in endings {
            for turn in running { turn.resolve(question, as: ending) }
        }
    }
}
