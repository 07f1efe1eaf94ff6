internal import CLinux

/// Starts programs and looks after them until nothing of them is left.
///
/// The work is done by a small process beside the router (`SpawnerProcess`), which ends, with everything it has started,
/// when the router does. It is started with the first program, and again after it was killed; what ran then is gone and
/// reported as lost. No program costs the router a thread.
package actor Spawner: LoopActor {
    package nonisolated let loop: EventLoop
    private let executable: String
    private let limit: Int

    private struct Starting {
        let start: ProgramStart
        let deadline: MonotonicTime
        let ends: OurEnds
        let waiter: CheckedContinuation<Result<RunningProgram, SpawnError>, Never>
    }

    private var helper: SpawnerHelper?
    private var nextID: UInt64 = 1
    private var starting: [UInt64: Starting] = [:]
    private var programs: [UInt64: RunningProgram] = [:]
    private var ticking: UInt64?
    private var isClosed = false
    private var waitingForClose: [CheckedContinuation<Void, Never>] = []
    /// The number of times that the process which starts programs was lost, with all that ran.
    package private(set) var losses = 0

    /// The time that a program has to start; a working directory on a dead server takes for ever.
    private static let patience = Duration.seconds(30)

    /// `executable` is a program that calls `SpawnerProcess.run` when it is asked for; by default it is our own. From now
    /// on SIGPIPE is ignored in this process.
    package init(on loop: EventLoop, executable: String = "/proc/self/exe", limit: Int = 1024) {
        self.loop = loop
        self.executable = executable
        self.limit = limit
        Signals.ignoreBrokenPipes()
    }

    /// The number of programs that run or are about to; one counts until nothing of it is left.
    package var count: Int { programs.count + starting.count }

    /// Starts a program; returns when it runs. What keeps it from running is told precisely.
    package func start(_ start: ProgramStart) async throws(SpawnError) -> RunningProgram {
        guard !isClosed else { throw .closed }
        guard count < limit else { throw .tooMany(limit: limit) }
        try start.check()
        let id = nextID
        let order = SpawnerOrder.start(id, start)
        let size = order.bytes.count
        guard size <= SpawnerWire.longestOrder else {
            throw .unacceptable(
                "arguments, environment and sandbox take \(size) bytes, of \(SpawnerWire.longestOrder) that are allowed"
            )
        }
        let (helper, ends, streams) = try prepare()
        nextID += 1
        let result = await withCheckedContinuation { waiter in
            let deadline = MonotonicTime.now.advanced(by: Spawner.patience)
            starting[id] = Starting(start: start, deadline: deadline, ends: ends, waiter: waiter)
            helper.socket.send(order, with: streams)
            watchDeadlines()
        }
        return try result.get()
    }

    /// Kills everything that runs and returns when nothing of it is left. Nothing is started any more.
    package func close() async {
        isClosed = true
        guard let helper else { return }
        helper.socket.hangUp()
        await withCheckedContinuation { waitingForClose.append($0) }
    }

    func signal(_ id: UInt64, _ number: Int32) {
        helper?.socket.send(.signal(id, number))
    }

    private func prepare() throws(SpawnError) -> (SpawnerHelper, OurEnds, PassedStreams) {
        do throws(SystemError) {
            let helper = try runningHelper()
            let (ours, theirs) = try OurEnds.withTheirs()
            return (helper, ours, theirs)
        } catch {
            throw .unavailable(error.description)
        }
    }

    private func runningHelper() throws(SystemError) -> SpawnerHelper {
        if let helper { return helper }
        let helper = try SpawnerHelper(
            executable, on: loop,
            onNotice: { [weak self] notice in self?.assumeIsolated { $0.take(notice) } },
            onEnd: { [weak self] in self?.assumeIsolated { $0.helperEnded() } })
        self.helper = helper
        return helper
    }

    // MARK: Notices

    private func take(_ notice: SpawnerNotice) {
        switch notice {
        case .started(let id, let process): begin(id, process)
        case .refused(let id, let failure):
            guard let refused = starting.removeValue(forKey: id) else { return }
            refused.waiter.resume(returning: .failure(SpawnError(failure, of: refused.start)))
        case .ended(let id, let waitStatus):
            programs[id]?.assumeIsolated { $0.noteEnd(ProgramEnd(waitStatus: waitStatus)) }
        case .gone(let id):
            fail(id, "its keeper was killed")
            programs.removeValue(forKey: id)?.assumeIsolated { $0.noteGone() }
        }
    }

    private func begin(_ id: UInt64, _ process: Int32) {
        guard let begun = starting.removeValue(forKey: id), let ends = begun.ends.take() else { return }
        let program = RunningProgram(id, process: process, of: self, ends)
        do {
            try program.assumeIsolated { try $0.open() }
            programs[id] = program
            begun.waiter.resume(returning: .success(program))
        } catch {
            signal(id, SIGKILL)
            begun.waiter.resume(returning: .failure(.unavailable("\(error)")))
        }
    }

    private func fail(_ id: UInt64, _ reason: String) {
        starting.removeValue(forKey: id)?.waiter.resume(returning: .failure(.unavailable(reason)))
    }

    /// The socket ends when the spawner and its keepers have, and those end only when there is nobody left to keep.
    private func helperEnded() {
        helper?.bury()
        helper = nil
        if !isClosed { losses += 1 }
        for id in starting.keys { fail(id, "the spawner was killed") }
        let lost = programs
        programs = [:]
        for program in lost.values { program.assumeIsolated { $0.noteGone() } }
        let waiting = waitingForClose
        waitingForClose = []
        for one in waiting { one.resume() }
    }

    // MARK: Deadlines

    private func watchDeadlines() {
        guard ticking == nil else { return }
        ticking = loop.startTicking { [weak self] in self?.assumeIsolated { $0.dropOverdue() } }
    }

    private func dropOverdue() {
        let now = MonotonicTime.now
        for (id, late) in starting where late.deadline <= now {
            fail(id, "\(late.start.program) took longer than \(Spawner.patience.short) to start")
            signal(id, SIGKILL)
        }
        if starting.isEmpty, let ticking {
            loop.stopTicking(ticking)
            self.ticking = nil
        }
    }
}
