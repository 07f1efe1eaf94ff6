import Lifecycle
import Observability
import System

/// Runs a turn within its limits, and sees to it that it ends when it has to.
struct TurnSupervisor: Sendable {
    /// All that a turn does, up to the reply.
    typealias Body = @Sendable () async throws -> Reply

    let limits: TurnLimits
    /// The threads on which the turn itself runs. The supervisor does not, so that a turn which never pauses is told of its
    /// end all the same.
    let threads: WorkThreads
    let log: Logger

    func run(_ running: RunningTurn, _ body: @escaping Body) async -> Outcome {
        await withTaskCancellationHandler {
            // The wait for a stopped agent is what a caller that is cancelled waits for.
            await throughCancellation { await supervise(running, body) }
        } onCancel: {
            running.stop(.draining)
        }
    }

    private func supervise(_ running: RunningTurn, _ body: @escaping Body) async -> Outcome {
        let ended = Signpost()
        let task = threads.start {
            defer {
                ended.reach()
                running.isOver.reach()
            }
            return try await body()
        }
        await waitOut(running)
        task.cancel()
        if await !ended.isReached(within: grace(of: running), by: running.clock) {
            log.error("the agent did not end when it was stopped; it is left to itself")
            running.noteAbandoned()
            return stopOutcome(running) ?? .failed(AgentFailure(.timeout, "the agent did not end when it was stopped"))
        }
        return outcome(of: await task.result, running)
    }

    /// Waits until the agent has ended by itself or the turn has to stop. One that takes too long, or is silent for too long,
    /// is told to.
    private func waitOut(_ running: RunningTurn) async {
        let began = running.clock.now
        let deadline = began.advanced(by: limits.total)
        while !running.isOver.isReached {
            let now = running.clock.now
            if now >= deadline { return running.stop(.deadline(limits.total)) }
            var next = deadline
            if let idle = limits.idle {
                let silent = silence(of: running, since: began)
                if let silent, now >= silent.advanced(by: idle) { return running.stop(.silence(idle)) }
                // Behind a first sign that comes meanwhile, no silence can be too long before that.
                next = min(deadline, (silent ?? now).advanced(by: idle))
            }
            _ = await running.isOver.isReached(within: next.since(now), by: running.clock)
        }
    }

    /// The time since when a turn is silent; nil while its silence does not count.
    private func silence(of running: RunningTurn, since beginning: MonotonicTime) -> MonotonicTime? {
        running.lastActivity ?? (limits.idleFrom == .beginning ? beginning : nil)
    }

    /// The time that the agent has to end.
    private func grace(of running: RunningTurn) -> Duration {
        running.stopReason == .draining ? limits.graceAtDrain : limits.grace
    }

    private func outcome(of result: Result<Reply, any Error>, _ running: RunningTurn) -> Outcome {
        switch result {
        case .success(let reply):
            // A stop that came too late changes nothing, but for one that the store has to decide.
            if case .leaseLost? = running.stopReason { return .outbid }
            return reply.isEmpty
                ? .failed(AgentFailure(.config, "the agent gave an empty answer")) : .answered(reply)
        case .failure(let error):
            if let outcome = stopOutcome(running) { return outcome }
            if error is NotAllowed { return .refused }
            if error is NotWantedAgain { return .cancelled(reason: "its sender did not want it again after a crash") }
            if let failure = error as? AgentFailure { return .failed(failure) }
            // What our own disk would not take says nothing of the agent.
            return .failed(AgentFailure(error is any StoreError ? .transient : .config, String(describing: error)))
        }
    }

    private func stopOutcome(_ running: RunningTurn) -> Outcome? {
        switch running.stopReason {
        case .draining: .interrupted
        case .deadline(let limit): .failed(timeout("no answer within \(limit.short) (timeout)", running))
        case .silence(let limit): .failed(timeout("no sign of life for \(limit.short) (idle_timeout)", running))
        case .cancelled(let reason): .cancelled(reason: reason)
        case .leaseLost: .outbid
        case nil: nil
        }
    }

    private func timeout(_ reason: String, _ running: RunningTurn) -> AgentFailure {
        AgentFailure(.timeout, reason, partialText: running.feed.snapshot.text)
    }
}
