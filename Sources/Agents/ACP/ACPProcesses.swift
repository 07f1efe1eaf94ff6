import Text
import Lifecycle
import Router
import System

/// The processes of one ACP agent: one for each conversation that was in use lately.
actor ACPProcesses {
    private struct Kept {
        let process: ACPProcess
        let epoch: Int64
        /// Which came back after which.
        let order: Int
        /// Stops it when nobody has wanted it for long.
        let timer: Task<Void, Never>
    }

    private let command: AgentCommand
    private let host: ProgramHost
    private let options: ACPOptions
    private let secrets: Redaction
    /// All that live, in use or not, until nothing of them is left.
    private var all: [ObjectIdentifier: ACPProcess] = [:]
    /// Those that nobody uses.
    private var kept: [ConversationKey: Kept] = [:]
    /// Those that are being ended, by whose they were.
    private var ending: [ConversationKey: Task<Void, Never>] = [:]
    /// The number that are about to run.
    private var starting = 0
    private var nextNumber = 0
    private var isClosed = false

    init(command: AgentCommand, host: ProgramHost, options: ACPOptions, secrets: Redaction) {
        self.command = command
        self.host = host
        self.options = options
        self.secrets = secrets
    }

    /// The process that has the turn's session open, or that has none yet; else a new one. It is the caller's until it is
    /// given back.
    func take(for turn: Turn, in workspace: Workspace) async throws -> ACPProcess {
        try Task.checkCancellation()
        if let kept = kept.removeValue(forKey: turn.conversation) {
            kept.timer.cancel()
            if kept.epoch == turn.epoch, await kept.process.suits(ACPState(turn.session)) { return kept.process }
            end(kept.process, of: turn.conversation)
        }
        // Two at once would be at work in one directory.
        await ending[turn.conversation]?.value
        await makeRoom()
        try Task.checkCancellation()
        return try await start(in: workspace.path, variables: turn.variables(in: workspace))
    }

    /// Keeps a process for the conversation's next turn. One that is of no use any more is ended, which nobody waits for
    /// but that next turn.
    func giveBack(_ process: ACPProcess, after turn: Turn) async {
        guard !isClosed, all.count <= options.maxProcesses, await process.isFit, !isClosed else {
            end(process, of: turn.conversation)
            return
        }
        nextNumber += 1
        let timer = Task { [idle = options.idle, order = nextNumber] in
            guard (try? await Task.sleep(for: idle)) != nil else { return }
            await self.expire(order, of: turn.conversation)
        }
        let earlier = kept.updateValue(
            Kept(process: process, epoch: turn.epoch, order: nextNumber, timer: timer), forKey: turn.conversation)
        guard let earlier else { return }
        earlier.timer.cancel()
        end(earlier.process, of: turn.conversation)
    }

    /// The same, and returns when nothing is left of one that is of no use any more.
    func giveBackAndWait(_ process: ACPProcess, after turn: Turn) async {
        await giveBack(process, after: turn)
        await ending[turn.conversation]?.value
    }

    private func expire(_ order: Int, of conversation: ConversationKey) async {
        guard let rested = kept[conversation], rested.order == order else { return }
        kept[conversation] = nil
        end(rested.process, of: conversation)
    }

    /// Ends one that is of no use any more, and returns when nothing of it is left.
    func end(_ process: ACPProcess) async {
        await process.stop()
        // Counted no longer from now on, rather than a moment later.
        forget(process)
    }

    /// Ends it while the caller goes on. Nothing else is at work for the conversation until then.
    @discardableResult
    private func end(_ process: ACPProcess, of conversation: ConversationKey) -> Task<Void, Never> {
        let earlier = ending[conversation]
        let task = Task {
            await end(process)
            await earlier?.value
        }
        ending[conversation] = task
        Task {
            await task.value
            if ending[conversation] == task { ending[conversation] = nil }
        }
        return task
    }

    private func makeRoom() async {
        while all.count + starting >= options.maxProcesses,
            let oldest = kept.min(by: { $0.value.order < $1.value.order })
        {
            kept[oldest.key] = nil
            oldest.value.timer.cancel()
            await end(oldest.value.process, of: oldest.key).value
        }
    }

    // MARK: Starting

    /// Starts one that belongs to nobody yet.
    func start(in directory: String, variables: [String: String]) async throws -> ACPProcess {
        guard !isClosed else { throw ACPProcesses.closed }
        starting += 1
        // Not cancelled with the caller: what has started must be known here.
        return try await Task { try await self.startNow(in: directory, variables) }.value
    }

    private func startNow(in directory: String, _ variables: [String: String]) async throws -> ACPProcess {
        defer { starting -= 1 }
        let program = try await host.start(command, variables: variables, in: directory)
        guard !isClosed else {
            await program.stop(.kill)
            throw ACPProcesses.closed
        }
        let process = ACPProcess(
            program, command: command, options: options, secrets: secrets)
        all[ObjectIdentifier(process)] = process
        Task {
            await process.gone.wait()
            self.forget(process)
        }
        return process
    }

    private func forget(_ process: ACPProcess) {
        all[ObjectIdentifier(process)] = nil
        for (conversation, one) in kept where one.process === process {
            one.timer.cancel()
            kept[conversation] = nil
        }
    }

    // MARK: Closing

    /// Ends them all at once and returns when nothing of them is left. None is started any more, and one that is just
    /// being started, which is not waited for, is killed as soon as it runs.
    func close() async {
        isClosed = true
        for one in kept.values { one.timer.cancel() }
        kept = [:]
        await withTaskGroup(of: Void.self) { group in
            for process in all.values { group.addTask { await process.stop(by: .brief, after: ACPProcesses.patience) } }
        }
        all = [:]
    }

    /// We are going down ourselves, and are not waited for much longer.
    private static let patience = Duration.milliseconds(500)

    private static let closed = AgentFailure(.transient, "the agent is being shut down")
}
