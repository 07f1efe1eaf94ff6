internal import CLinux

/// The small process that starts every program, so that the router, which has many threads, need not fork.
///
/// It is this same binary with a hidden argument, and its control socket is its standard input. It forks a `Keeper` for
/// each program, which starts the program and adopts what that leaves behind; should a keeper be killed, its orphans
/// come here and are killed. When the router goes, for whatever reason, the socket ends, and so does all of this.
package struct SpawnerProcess {
    private static let argument = "__spawner"
    private static let control: Int32 = 0
    /// While somebody has to be killed, how long to wait for news before looking again.
    private static let impatience: Int32 = 20

    private let childSignals: Int32
    private var keepers: [pid_t: UInt64] = [:]
    private var keeperOf: [UInt64: pid_t] = [:]
    /// Programs whose keepers were killed: gone once no stranger is left among our children.
    private var bereft: [UInt64] = []

    /// The arguments, with the program's name, that start it.
    static let arguments = ["agent-spawner", argument]

    package static func isAskedFor(by arguments: [String]) -> Bool { arguments.dropFirst().first == argument }

    /// Serves the router at the other end of standard input, and ends with it.
    package static func run() -> Never {
        var process = SpawnerProcess()
        while true { process.turn() }
    }

    private init() {
        guard SpawnerProcess.controlIsSocket else {
            StandardError.write("\(SpawnerProcess.argument) is for wecom-router itself\n")
            Process.exitNow(64)
        }
        // Ctrl-C, and a signal to everything that bears the router's name, are not for us: we end when it has ended.
        setsid()
        unsafe clinux_set_process_name("agent-spawner")
        blockAllSignals()
        _ = clinux_adopt_orphans()
        Process.makeUndumpable()
        _ = clinux_close_from(3)
        childSignals = watchChildren()
    }

    private static var controlIsSocket: Bool {
        var status = stat()
        return unsafe fstat(control, &status) == 0 && status.st_mode & mode_t(S_IFMT) == mode_t(S_IFSOCK)
    }

    // MARK: Turns

    private mutating func turn() {
        var ready = [
            pollfd(fd: SpawnerProcess.control, events: Int16(POLLIN), revents: 0),
            pollfd(fd: childSignals, events: Int16(POLLIN), revents: 0),
        ]
        _ = unsafe poll(&ready, 2, bereft.isEmpty ? -1 : SpawnerProcess.impatience)
        if ready[1].revents != 0 {
            var signal = signalfd_siginfo()
            _ = unsafe read(childSignals, &signal, MemoryLayout<signalfd_siginfo>.size)
            reap()
        }
        if !bereft.isEmpty { killStrangers() }
        if ready[0].revents != 0 { takeOrder() }
    }

    private mutating func takeOrder() {
        var streams = [Int32](repeating: -1, count: 3)
        var bytes = [UInt8](repeating: 0, count: SpawnerWire.longestOrder)
        let count = unsafe clinux_receive(SpawnerProcess.control, &bytes, bytes.count, &streams)
        if count < 0, clinux_errno() == EAGAIN || clinux_errno() == EINTR { return }
        defer { for stream in streams where stream >= 0 { close(stream) } }
        // The router has gone, or something speaks that is not the router.
        guard count > 0, let order = SpawnerOrder(Array(bytes.prefix(count))) else { killAll() }
        switch order {
        case .start(let id, let start): keep(id, start, streams)
        case .signal(let id, let number):
            if let keeper = keeperOf[id] { _ = clinux_send_order(keeper, number) }
        }
    }

    private mutating func keep(_ id: UInt64, _ start: ProgramStart, _ streams: [Int32]) {
        let spawner = getpid()
        let keeper = clinux_fork()
        if keeper == 0 {
            close(childSignals)
            Keeper.run(id, start, streams, control: SpawnerProcess.control, spawner: spawner)
        }
        guard keeper > 0 else {
            SpawnerProcess.tell(.refused(id, StartFailure(.fork)))
            return
        }
        keepers[keeper] = id
        keeperOf[id] = keeper
    }

    // MARK: Ends

    private mutating func reap() {
        var status: Int32 = 0
        while true {
            let process = unsafe waitpid(-1, &status, WNOHANG)
            guard process > 0 else { return }
            guard let id = keepers.removeValue(forKey: process) else { continue }
            keeperOf[id] = nil
            // A keeper that ends by itself has nobody left to keep.
            if status == 0 { SpawnerProcess.tell(.gone(id)) } else { bereft.append(id) }
        }
    }

    private mutating func killStrangers() {
        let strangers = ProcessTree.children(of: getpid()).filter { keepers[$0] == nil }
        for stranger in strangers { killWithGroup(stranger) }
        guard strangers.isEmpty else { return }
        for id in bereft { SpawnerProcess.tell(.gone(id)) }
        bereft = []
    }

    /// Kills the keepers too: whom they leave behind comes to us, generation after generation, until none is left.
    private func killAll() -> Never {
        while true {
            for child in ProcessTree.children(of: getpid()) { killWithGroup(child) }
            var status: Int32 = 0
            while unsafe waitpid(-1, &status, WNOHANG) > 0 {}
            if unsafe waitpid(-1, &status, WNOHANG) < 0 { Process.exitNow(0) }
            awaitSignal(for: .milliseconds(Int64(SpawnerProcess.impatience)))
        }
    }

    private static func tell(_ notice: SpawnerNotice) { send(notice, to: control) }
}

/// Waits while the router is slow; whether it is still there shows elsewhere.
func send(_ notice: SpawnerNotice, to control: Int32) {
    let bytes = notice.bytes
    while unsafe clinux_send(control, bytes, bytes.count, nil) < 0, clinux_errno() == EINTR {}
}

/// Kills a child that we have not reaped yet, and the group that it leads, if it leads one: nobody else can bear its
/// number.
func killWithGroup(_ child: pid_t) {
    kill(-child, SIGKILL)
    kill(child, SIGKILL)
}

private func blockAllSignals() {
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe sigprocmask(SIG_SETMASK, &all, nil)
}

private func watchChildren() -> Int32 {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGCHLD)
    return unsafe signalfd(-1, &signals, Int32(SFD_NONBLOCK | SFD_CLOEXEC))
}
