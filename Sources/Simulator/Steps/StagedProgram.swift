import Lifecycle
package import System
import Text

/// A program that steps may kill and start again: the router, or what its agents talk to.
package actor StagedProgram {
    package nonisolated let name: String
    /// True if bots connect once it runs.
    package nonisolated let holdsBots: Bool
    private let start: ProgramStart
    private let spawner: Spawner
    /// Returns once when it is ready, and again when it is not yet.
    private let isReady: @Sendable () async -> Bool
    private let drains = TaskScope()
    private var running: (program: RunningProgram, over: Signpost)?

    /// The time from its start until it must be ready.
    private static let patience = Duration.seconds(30)
    private static let pause = Duration.milliseconds(50)

    /// `isReady` is asked until it says so.
    package init(
        _ name: String, _ start: ProgramStart, by spawner: Spawner, holdsBots: Bool = false,
        isReady: @escaping @Sendable () async -> Bool
    ) {
        self.name = name
        self.start = start
        self.spawner = spawner
        self.holdsBots = holdsBots
        self.isReady = isReady
    }

    /// Starts it, and returns when it is ready.
    package func start() async throws(StepFailure) {
        if let running, !running.over.isReached {
            throw StepFailure(expected: "\(name) not running", came: "it runs")
        }
        let program: RunningProgram
        do throws(SpawnError) { program = try await spawner.start(start) } catch {
            throw StepFailure(expected: "\(name) started", came: "\(error)")
        }
        let over = Signpost()
        running = (program, over)
        drains.start {
            _ = await program.ended()
            over.reach()
        }
        drains.start { while (try? await program.read()) != nil {} }
        await program.closeInput()
        let deadline = MonotonicTime.now.advanced(by: StagedProgram.patience)
        while await !isReady() {
            guard await !over.isReached(within: StagedProgram.pause) else {
                throw StepFailure(expected: "\(name) ready", came: "its end: \(await program.ended())")
            }
            guard deadline > .now, !Task.isCancelled else {
                throw StepFailure(
                    expected: "\(name) ready within \(StagedProgram.patience.short)", came: "no sign of it")
            }
        }
    }

    /// Kills it with all that it has started, as `kill -9` does.
    package func kill() async throws(StepFailure) {
        guard let running, !running.over.isReached else {
            throw StepFailure(expected: "\(name) running", came: "it does not run")
        }
        await running.program.stop(.kill)
    }

    /// Ends it in good order, if it runs.
    package func stop() async { await running?.program.stop(StopLadder([.init(.terminate, grace: .seconds(10))])) }

    /// The end of what it wrote to standard error.
    package var diagnostics: String {
        get async { String(decoding: await running?.program.diagnostics ?? [], as: UTF8.self) }
    }
}
