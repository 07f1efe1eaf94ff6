import Lifecycle
import Router

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
    /// All that live, in use or not, until nothing of them is left.
    private var all: [ObjectIdentifier: ACPProcess] = [:]
    /// Those that nobody uses.
    private var kept: [ConversationKey: Kept] = [:]
    private var starting: [Int: Task<ACPProcess, any Error>] = [:]
    private var nextNumber = 0
    private var isClosed = false

    init(command: AgentCommand, host: ProgramHost, options: ACPOptions) {
        self.command = command
        self.host = host
        self.options = options
    }

    /// The process that has the turn's session open, or that has none yet; else a new one. It is the caller's until it is
    /// given back.
    func take(for turn: Turn, in workspace: Workspace) async throws -> ACPProcess {
        if let kept = kept.removeValue(forKey: turn.conversation) {
            kept.timer.cancel()
            if kept.epoch == turn.epoch, await kept.process.suits(ACPState(turn.session)) { return kept.process }
            // Two at once would be at work in one directory.
            await end(kept.process)
        }
        await makeRoom()
        return try await start(in: workspace.path, variables: turn.variables(in: workspace))
    }

    /// Keeps a process for the conversation's next turn; ends one that is of no use any more, and returns then.
    func giveBack(_ process: ACPProcess, after turn: Turn) async {
        guard !isClosed, all.count <= options.maxProcesses, await process.isFit, !isClosed else {
            return await end(process)
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
        await end(earlier.process)
    }

    private func expire(_ order: Int, of conversation: ConversationKey) async {
        guard let rested = kept[conversation], rested.order == order else { return }
        kept[conversation] = nil
        await end(rested.process)
    }

    /// Ends one that is of no use any more, and returns when nothing of it is left.
    func end(_ process: ACPProcess) async {
        await process.stop()
        // Counted no longer from now on, rather than a moment later.
        forget(process)
    }

    private func makeRoom() async {
        while all.count + starting.count >= options.maxProcesses,
            let oldest = kept.min(by: { $0.value.order < $1.value.order })
        {
            kept[oldest.key] = nil
            oldest.value.timer.cancel()
            await end(oldest.value.process)
        }
    }

    // MARK: Starting

    /// Starts one that belongs to nobody yet.
    func start(in directory: String, variables: [String: String]) async throws -> ACPProcess {
        guard !isClosed else { throw AgentFailure(.transient, "the agent is being shut down") }
        nextNumber += 1
        let number = nextNumber
        // Not cancelled with the caller: what has started must be known here.
        let start = Task { try await self.startNow(number, in: directory, variables) }
        starting[number] = start
        return try await start.value
    }

    private func startNow(
        _ number: Int, in directory: String, _ variables: [String: String]
    ) async throws -> ACPProcess {
        defer { starting[number] = nil }
        let program = try await host.start(command, variables: variables, in: directory)
        let process = ACPProcess(
            program, command: command, options: options, secrets: ProgramSecrets(of: command, on: host))
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

    /// Ends them all and returns when nothing of them is left. None is started any more.
    func close() async {
        isClosed = true
        for start in starting.values { _ = try? await start.value }
        for one in kept.values { one.timer.cancel() }
        kept = [:]
        await withTaskGroup(of: Void.self) { group in
            for process in all.values { group.addTask { await process.stop(by: .brief, after: ACPProcesses.patience) } }
        }
        all = [:]
    }

    /// We are going down ourselves, and are not waited for much longer.
    private static let patience = Duration.seconds(1)
}
