import Lifecycle
import System

extension RunningProgram {
    /// Talks to the program by `body` and returns once nothing of the program is left.
    ///
    /// A cancelled task does not cancel `body`, which goes on reading: `interrupt` asks the program in its own protocol to
    /// stop; if it has not ended by then, signals follow. Then this throws a `CancellationError`, whatever came of it.
    ///
    /// What a program leaves behind when it ends is ended too: it would hold the output open, and `body` would read on.
    nonisolated func conduct<Value: Sendable>(
        stoppedBy command: AgentCommand, interrupt: @escaping @Sendable () async -> Void = {},
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let ended = Signpost()
        let work = Task(executorPreference: WorkThreads.current) {
            defer { ended.reach() }
            return try await body()
        }
        Task {
            _ = await self.ended()
            await stop(.kill)
        }
        return try await withTaskCancellationHandler {
            let result = await work.result
            switch result {
            case .success where !Task.isCancelled: await finish(within: command.grace)
            default: await stop(Task.isCancelled ? command.ladder : .kill)
            }
            try Task.checkCancellation()
            return try result.get()
        } onCancel: {
            Task {
                // A program that reads nothing holds a word to it up for ever, but not the signals.
                let asking = Task { await interrupt() }
                _ = await ended.isReached(within: command.grace)
                asking.cancel()
                await stop(command.ladder)
            }
        }
    }

    /// Lets a program that has answered end by itself, for a while.
    private nonisolated func finish(within grace: Duration) async {
        await closeInput()
        let drain = Task { while try await read() != nil {} }
        _ = await end(within: grace)
        drain.cancel()
    }

    /// How the program ends, which it is made to if it takes longer than that. Nothing of it is left then.
    nonisolated func end(within grace: Duration) async -> ProgramEnd {
        // It is over when the program itself has ended: what it left behind may sleep for ever.
        let ended = Signpost()
        Task {
            _ = await self.ended()
            ended.reach()
        }
        _ = await ended.isReached(within: grace)
        await stop(.kill)
        return await self.ended()
    }
}
