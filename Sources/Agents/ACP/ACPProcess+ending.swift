import JSON
import Lifecycle
import Router
import System

extension ACPProcess {
    /// Has the agent stop its turn, and the program end where it does not in time. Returns when either has come about.
    func cancel(_ ticket: Int) async {
        guard let current = turn, current.ticket == ticket, !current.isCancelled else { return }
        turn?.isCancelled = true
        switch current.phase {
        case .answered: return
        case .opening: await stop()
        case .prompting:
            guard let prompt = current.prompt, let sessionID else { return await stop() }
            send(RPCMessage.notification("session/cancel", ["sessionId": .string(sessionID)]))
            withdrawAll()
            if !(await prompt.answered.isReached(within: command.grace)) { await signal() }
        }
    }

    /// Ends it: closes its input, and signals what has not ended by then. Returns when nothing of it is left.
    func stop(by ladder: StopLadder? = nil, after grace: Duration? = nil) async {
        isStopping = true
        outgoing.finish()
        var hasEnded = false
        if ladder != .kill {
            hasEnded = await waited(atMost: grace ?? command.grace) { await $0.gone() }
        }
        if !hasEnded { await program.stop(ladder ?? command.ladder) }
        await gone.waitThroughCancellation()
    }

    /// Stops it by signals at once.
    func signal() async {
        isStopping = true
        outgoing.finish()
        await program.stop(command.ladder)
        await gone.waitThroughCancellation()
    }

    /// True if it came about in time, whatever becomes of the task that waits.
    private nonisolated func waited(
        atMost limit: Duration, for event: @escaping @Sendable (RunningProgram) async -> Void
    ) async -> Bool {
        let post = Signpost()
        Task {
            await event(program)
            post.reach()
        }
        return await Task { await post.isReached(within: limit) }.value
    }

    /// The program has closed its output, which is the end of it.
    func noteEnd() async {
        let wasStopped = isStopping
        isStopping = true
        _ = await waited(atMost: command.grace) { _ = await $0.ended() }
        await program.stop(.kill)
        let end = ACPEnded(
            end: await program.ended(), complaint: await program.lastComplaint(without: secrets), wasStopped: wasStopped
        )
        ended = end
        outgoing.finish()
        withdrawAll()
        failCalls(with: end)
        gone.reach()
    }
}

extension StopLadder {
    /// For when we go down.
    static let brief = StopLadder([.init(.terminate, grace: .milliseconds(500))])
}
