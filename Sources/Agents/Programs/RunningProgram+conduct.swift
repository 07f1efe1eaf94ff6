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
        await endLeftovers()
        let cancelled = Signpost()
        let result = await withTaskCancellationHandler {
            await throughCancellation {
                await self.result(of: body) {
                    await cancelled.wait()
                    if cancelled.isReached { await self.stop(command, after: interrupt) }
                }
            }
        } onCancel: {
            cancelled.reach()
        }
        switch result {
        case .success where !Task.isCancelled: await finish(within: command.grace)
        default: await stop(Task.isCancelled ? command.ladder : .kill)
        }
        try Task.checkCancellation()
        return try result.get()
    }

    /// Runs `body` where agents are read. `watch` runs beside it, elsewhere, and is cancelled at its end.
    private nonisolated func result<Value: Sendable>(
        of body: @escaping @Sendable () async throws -> Value, besides watch: @escaping @Sendable () async -> Void
    ) async -> Result<Value, any Error> {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await watch() }
            defer { group.cancelAll() }
            return await withTaskExecutorPreference(WorkThreads.current) {
                do { return .success(try await body()) } catch { return .failure(error) }
            }
        }
    }

    /// Asks the program to stop, and signals it when its time is over or, cancelled, at once.
    private nonisolated func stop(_ command: AgentCommand, after interrupt: @escaping @Sendable () async -> Void) async
    {
        await withTaskGroup(of: Void.self) { group in
            // A program that reads nothing holds up for ever what is written to it, but not the signals.
            group.addTask { await interrupt() }
            try? await Task.sleep(for: command.grace)
            group.cancelAll()
            await stop(command.ladder)
        }
    }

    /// Lets a program that has answered end by itself, for a while.
    private nonisolated func finish(within grace: Duration) async {
        await closeInput()
        async let _ = drain()
        _ = await end(within: grace)
    }

    private nonisolated func drain() async {
        while (try? await read()) != nil {}
    }

    /// Waits for the end of the program, which is ended if it takes longer than that. Nothing of it is left then.
    nonisolated func end(within grace: Duration) async -> ProgramEnd {
        // It is over when the program itself has ended: what it left behind may sleep for ever.
        _ = await reached(.end, within: grace)
        await stop(.kill)
        return await ended()
    }

    /// Waits for `point`, so long at most, less when the task is cancelled; whether the program has come to it.
    nonisolated func reached(_ point: Point, within limit: Duration) async -> Bool {
        await firstOf({ await self.reached(point) }) {
            try? await Task.sleep(for: limit)
            return false
        }
    }
}
