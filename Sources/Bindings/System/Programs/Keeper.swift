internal import CLinux

/// A process between the spawner and one program: it starts the program, adopts whatever that leaves behind, even in
/// groups and sessions of its own, passes signals on, and ends when none of them is left.
///
/// So "gone" needs no list of processes that could be wrong: it is what the system says when a parent has no children.
struct Keeper {
    private let id: UInt64
    private let control: Int32
    private let spawner: pid_t
    private let program: pid_t
    /// Until it is reaped, its number and that of its group are nobody else's.
    private var programHasEnded = false
    private var isKilling = false

    /// Becomes the keeper of one program. Runs in a fresh child of the spawner, which has one thread.
    static func run(
        _ id: UInt64, _ start: ProgramStart, _ streams: [Int32], control: Int32, spawner: pid_t
    ) -> Never {
        unsafe clinux_set_process_name("agent-keeper")
        _ = clinux_adopt_orphans()
        _ = clinux_signal_when_parent_dies(SIGTERM)
        // Too late for the signal?
        guard getppid() == spawner else { Process.exitNow(1) }
        do throws(StartFailure) {
            let program = try launch(start, streams)
            send(.started(id, process: program), to: control)
            var keeper = Keeper(id: id, control: control, spawner: spawner, program: program)
            while true { keeper.turn() }
        } catch {
            send(.refused(id, error), to: control)
            Process.exitNow(0)
        }
    }

    private init(id: UInt64, control: Int32, spawner: pid_t, program: pid_t) {
        self.id = id
        self.control = control
        self.spawner = spawner
        self.program = program
    }

    /// Forks, and returns when the child has become the program.
    private static func launch(_ start: ProgramStart, _ streams: [Int32]) throws(StartFailure) -> pid_t {
        var report: [Int32] = [-1, -1]
        guard unsafe pipe2(&report, O_CLOEXEC) == 0 else { throw StartFailure(.streams) }
        let child = clinux_fork()
        if child == 0 { start.become(streams, report: report[1]) }
        let failure = StartFailure(.fork)
        for descriptor in streams + [report[1]] { close(descriptor) }
        defer { close(report[0]) }
        guard child > 0 else { throw failure }
        guard let failure = StartFailure(readFrom: report[0]) else { return child }
        var status: Int32 = 0
        unsafe waitpid(child, &status, 0)
        throw failure
    }

    // MARK: Turns

    private mutating func turn() {
        reap()
        if isKilling { killAll() }
        switch awaitSignal(for: isKilling ? .milliseconds(20) : nil) {
        case .order(let number) where number == SIGKILL: isKilling = true
        case .order(let number): passOn(number)
        // Whoever stops a service may send it to everybody; it means something only when we have lost our parent.
        case .terminate: if getppid() != spawner { isKilling = true }
        case .child, nil: break
        }
    }

    /// Ends this process when there is nobody left to wait for.
    private mutating func reap() {
        var status: Int32 = 0
        while true {
            let process = unsafe waitpid(-1, &status, WNOHANG)
            if process == program {
                programHasEnded = true
                send(.ended(id, waitStatus: status), to: control)
            }
            if process < 0, clinux_errno() == ECHILD { Process.exitNow(0) }
            guard process > 0 else { return }
        }
    }

    /// Kills all children. What they leave behind becomes our child, and is killed in the next round.
    private func killAll() {
        if !programHasEnded { kill(-program, SIGKILL) }
        for child in ProcessTree.children(of: getpid()) { killWithGroup(child) }
    }

    /// An interrupt is for the program's group, as it is at a terminal; other signals are for those too who have left it.
    private func passOn(_ number: Int32) {
        if !programHasEnded { kill(-program, number) }
        guard programHasEnded || number != SIGINT else { return }
        for process in ProcessTree.descendants(of: getpid()) where programHasEnded || getpgid(process) != program {
            kill(process, number)
        }
    }
}
