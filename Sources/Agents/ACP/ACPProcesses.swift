import Lifecycle
import Router
import System
import Text

/// The processes of one ACP agent: one for each conversation that was in use lately. Does what its state machine decides.
actor ACPProcesses {
    private let command: AgentCommand
    private let host: ProgramHost
    private let options: ACPOptions
    private let secrets: Redaction
    /// The scope of the processes, and of all that goes on beside turns.
    nonisolated let scope = TaskScope()

    private var machine: StateMachine
    /// All that run, in use or not, until nothing of them is left.
    private var running: [Int: ACPProcess] = [:]
    /// Somebody waits for those that are kept for too long.
    private var isTiming = false
    private let closing = Signpost()

    init(command: AgentCommand, host: ProgramHost, options: ACPOptions, secrets: Redaction) {
        self.command = command
        self.host = host
        self.options = options
        self.secrets = secrets
        machine = StateMachine(idle: options.idle, bound: options.maxProcesses)
    }

    /// The process that has the turn's session open, or that has none yet; else a new one. It is the caller's until it is
    /// given back.
    func take(for turn: Turn, in workspace: Workspace) async throws -> ACPProcess {
        while true {
            try Task.checkCancellation()
            switch machine.take(for: turn.sessionKey, epoch: turn.epoch) {
            case .use(let id):
                guard let process = running[id] else { preconditionFailure("a process that is kept runs") }
                // One that knows other files than there are now has not heard the turns that made them, either.
                if !workspace.isReplaced, await process.suits(ACPState(turn.session)) { return process }
                stop(machine.end(id))
            case .end(let id):
                stop([id])
                await running[id]?.gone.wait()
            case .wait(let id): await running[id]?.gone.wait()
            case .start(let id): return try await start(id, in: workspace.path, turn.variables(in: workspace))
            case .refuse: throw ACPProcesses.closed
            }
        }
    }

    /// Keeps a process for the conversation's next turn. One that is of no use any more is ended, which nobody waits for
    /// but that next turn.
    func giveBack(_ process: ACPProcess, after turn: Turn) async {
        let isFit = await process.isFit
        stop(machine.giveBack(process.id, epoch: turn.epoch, isFit: isFit, at: .now))
        guard !isTiming, machine.nextExpiry != nil else { return }
        isTiming = true
        scope.start { await self.endIdle() }
    }

    /// The same, and returns when nothing is left of one that is of no use any more.
    func giveBackAndWait(_ process: ACPProcess, after turn: Turn) async {
        await giveBack(process, after: turn)
        if machine.isEnding(process.id) { await process.gone.waitThroughCancellation() }
    }

    /// Ends one that is of no use any more, and returns when nothing of it is left.
    func end(_ process: ACPProcess, by ladder: StopLadder? = nil) async {
        stop(machine.end(process.id), by: ladder)
        await process.gone.waitThroughCancellation()
    }

    private func stop(_ ids: [Int], by ladder: StopLadder? = nil, after grace: Duration? = nil) {
        for process in ids.compactMap({ running[$0] }) {
            scope.start { await process.stop(by: ladder, after: grace) }
        }
    }

    private func endIdle() async {
        while !closing.isReached, let next = machine.nextExpiry {
            await firstOf(closing.wait) { try? await SteadyClock().sleep(until: next) }
            stop(machine.expire(at: .now))
        }
        isTiming = false
    }

    // MARK: Starting

    /// Starts one that belongs to nobody.
    func start(in directory: String, variables: [String: String]) async throws -> ACPProcess {
        guard case .start(let id) = machine.start() else { throw ACPProcesses.closed }
        return try await start(id, in: directory, variables)
    }

    private func start(_ id: Int, in directory: String, _ variables: [String: String]) async throws -> ACPProcess {
        // Not cancelled with the caller: what has started must be known here.
        try await throughCancellation { try await self.startNow(id, in: directory, variables) }
    }

    private func startNow(_ id: Int, in directory: String, _ variables: [String: String]) async throws -> ACPProcess {
        let program: RunningProgram
        do {
            program = try await host.start(command, variables: variables, in: directory)
        } catch {
            machine.gone(id)
            throw error
        }
        guard machine.started(id) else {
            await program.stop(.kill)
            throw ACPProcesses.closed
        }
        let process = ACPProcess(
            id, program, command: command, options: options, secrets: secrets, in: scope)
        running[id] = process
        scope.start { [threads = WorkThreads.current] in
            await process.run(on: threads)
            await self.forget(process)
        }
        return process
    }

    private func forget(_ process: ACPProcess) {
        machine.gone(process.id)
        running[process.id] = nil
        process.gone.reach()
    }

    // MARK: Closing

    /// Keeps none from now on; those that turns have end with them.
    func retire() { stop(machine.retire()) }

    var isEmpty: Bool { machine.isEmpty }

    /// Ends them all at once and returns when nothing of them is left. None is started any more, and one that is just
    /// being started, which is not waited for, is killed as soon as it runs.
    func close() async {
        closing.reach()
        let all = machine.close().compactMap { running[$0] }
        stop(all.map(\.id), by: .brief, after: ACPProcesses.patience)
        for process in all { await process.gone.waitThroughCancellation() }
    }

    /// We are going down ourselves, and are not waited for much longer.
    private static let patience = Duration.milliseconds(500)

    private static let closed = AgentFailure(.transient, "the agent is being shut down")
}
