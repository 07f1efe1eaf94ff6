internal import CLinux

/// The spawner's process as the router sees it.
struct SpawnerHelper {
    let socket: ControlSocket
    private let process: pid_t

    /// Starts it. `onEnd` is called when it, and all that it started, has ended.
    init(
        _ executable: String, on loop: EventLoop,
        onNotice: @escaping (SpawnerNotice) -> Void, onEnd: @escaping () -> Void
    ) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe clinux_socket_pair(&ends) == 0 else { throw SystemError("socketpair") }
        let ours = Descriptor(owning: ends[0])
        let theirs = Descriptor(owning: ends[1])
        _ = clinux_set_nonblocking(ours.number)
        socket = ControlSocket(ours, on: loop, onNotice: onNotice, onEnd: onEnd)
        try socket.open()
        do {
            process = try spawn(executable, input: theirs)
        } catch {
            socket.close()
            throw error
        }
    }

    /// Reaps it, and whoever has come to us from it: its keepers, and the program of one that was killed with it.
    func bury() {
        socket.close()
        var status: Int32 = 0
        kill(process, SIGKILL)
        while unsafe waitpid(process, &status, 0) < 0, clinux_errno() == EINTR {}
        // Elsewhere what is orphaned goes to the first process of the system, and a child of ours is somebody else's.
        if clinux_adopts_orphans() != 0 { killOrphans() }
        guard getpid() == 1 else { return }
        while unsafe waitpid(-1, &status, WNOHANG) > 0 {}
    }

    /// Kills all children, generation after generation: without a spawner none of them has any business here. What does not
    /// even die of that, such as a process that waits for a dead disk, is left after a second.
    private func killOrphans() {
        var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
        var status: Int32 = 0
        for _ in 0..<1000 {
            let orphans = ProcessTree.children(of: getpid())
            guard !orphans.isEmpty else { return }
            for orphan in orphans { killWithGroup(orphan) }
            while unsafe waitpid(-1, &status, WNOHANG) > 0 {}
            unsafe nanosleep(&pause, nil)
        }
    }
}

/// Starts the spawner: with the socket as standard input, our standard error to complain to, no environment, and all
/// signals blocked until it has settled.
private func spawn(_ executable: String, input: borrowing Descriptor) throws(SystemError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.number, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)

    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let words = unsafe SpawnerProcess.arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var nothing: UnsafeMutablePointer<CChar>?
    var process = pid_t()
    let status = unsafe posix_spawn(&process, executable, &actions, &attributes, words, &nothing)
    guard status == 0 else { throw SystemError("posix_spawn \(executable)", number: status) }
    return process
}
