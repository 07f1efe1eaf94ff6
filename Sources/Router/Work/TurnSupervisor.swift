import Lifecycle
import Observability
import System

/// Runs a turn within its limits, and sees to it that it ends when it has to.
struct TurnSupervisor: Sendable {
    /// All that a turn does, up to the reply.
    typealias Body = @Sendable () async throws -> Reply

    let limits: TurnLimits
    /// Where the turn itself runs. The supervisor does not, so that a turn which never pauses is told of its end all the same.
    let threads: WorkThreads
    let log: Logger

    /// How long an agent has to end once its task is cancelled. One that has not by then is abandoned: its place is needed.
    static let grace = Duration.seconds(30)
    /// The same when the server goes down: `drain_timeout` was its time, and a container is not waited for much longer.
    static let graceAtDrain = Duration.milliseconds(150)

    func run(_ running: RunningTurn, _ body: @escaping Body) async -> Outcome {
        let ended = Signpost()
        let task = threads.start {
            defer { ended.reach() }
            return try await body()
        }
        await withTaskCancellationHandler {
            await waitOut(running, until: ended)
        } onCancel: {
            running.stop(.draining)
        }
        task.cancel()
        return await outcome(of: task, hasEnded: ended.isReached, running)
    }

    /// Until the agent has ended by itself, or has been told to stop and had its grace.
    private func waitOut(_ running: RunningTurn, until ended: Signpost) async {
        // Not cancelled with the caller: the wait for a stopped agent is what the caller waits for.
        let watch = Task { await stopWhenOverdue(running) }
        await firstOf(ended, running.stopped)
        watch.cancel()
    }

    private func outcome(
        of task: Task<Reply, any Error>, hasEnded: Bool, _ running: RunningTurn
    ) async -> Outcome {
        let grace = running.stopReason == .draining ? TurnSupervisor.graceAtDrain : TurnSupervisor.grace
        if !hasEnded, await !ends(task, within: grace) {
            log.error("the agent did not end when it was stopped; it is left to itself")
            running.noteAbandoned()
            return stopOutcome(running) ?? .failed(AgentFailure(.timeout, "the agent did not end when it was stopped"))
        }
        switch await task.result {
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
        case .deadline(let limit):
            .failed(AgentFailure(.timeout, "no answer within \(limit.short)", partialText: running.text))
        case .silence(let limit):
            .failed(AgentFailure(.timeout, "no sign of life for \(limit.short)", partialText: running.text))
        case .cancelled(let reason): .cancelled(reason: reason)
        case .leaseLost: .outbid
        case nil: nil
        }
    }

    private func ends(_ task: Task<Reply, any Error>, within grace: Duration) async -> Bool {
        let ended = Signpost()
        Task {
            _ = await task.result
            ended.reach()
        }
        let limit = Signpost()
        let timer = Task {
            try? await Task.sleep(for: grace)
            limit.reach()
        }
        await firstOf(ended, limit)
        timer.cancel()
        return ended.isReached
    }

    /// Stops the turn when it has taken too long, or was silent for too long.
    private func stopWhenOverdue(_ running: RunningTurn) async {
        let deadline = MonotonicTime.now.advanced(by: limits.total)
        while !Task.isCancelled {
            let silence = running.lastActivity.advanced(by: limits.idle)
            let now = MonotonicTime.now
            if now >= deadline { return running.stop(.deadline(limits.total)) }
            if now >= silence { return running.stop(.silence(limits.idle)) }
            try? await Task.sleep(for: min(deadline, silence).since(now))
        }
    }
}

/// Waits until either is reached, whatever becomes of the task that waits.
private func firstOf(_ a: Signpost, _ b: Signpost) async {
    let either = Signpost()
    let tasks = [a, b].map { post in
        Task {
            await post.wait()
            if post.isReached { either.reach() }
        }
    }
    await either.waitThroughCancellation()
    for task in tasks { task.cancel() }
}
