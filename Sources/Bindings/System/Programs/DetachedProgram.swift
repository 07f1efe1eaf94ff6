internal import CLinux

/// A program that is started and left alone: it belongs to nobody here and outlives us.
package enum DetachedProgram {
    /// Starts a program that is looked for in our own `PATH`, with our environment, in a session of its own, so that Ctrl-C at
    /// our terminal is not for it. It reads nothing, and what it writes is not seen.
    package static func start(_ program: String, _ arguments: [String]) throws(SystemError) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for output: Int32 in [1, 2] {
            unsafe posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0)
        }

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | clinux_spawn_in_own_session
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        let words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var process = pid_t()
        let status = unsafe posix_spawnp(&process, program, &actions, &attributes, words, clinux_environ())
        guard status == 0 else { throw SystemError("posix_spawnp \(program)", number: status) }
    }
}
