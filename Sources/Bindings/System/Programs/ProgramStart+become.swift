internal import CLinux

extension ProgramStart {
    /// Turns a fresh child into the program, or writes into `report` why it cannot. An exec closes `report`.
    func become(_ streams: [Int32], report: Int32) -> Never {
        do throws(StartFailure) {
            try takeStreams(streams)
            try takeLimits()
            if let sandbox {
                let rules = try SandboxRules(sandbox)
                clinux_bound_capabilities()
                try takePlace()
                try rules.enter()
            } else {
                try takePlace()
            }
            forgetSignals()
            try execute()
        } catch {
            error.write(to: report)
            Process.exitNow(127)
        }
    }

    /// A session, and so a group, of its own, without a terminal; three streams and nothing else that is open.
    private func takeStreams(_ streams: [Int32]) throws(StartFailure) {
        setsid()
        for (target, stream) in streams.enumerated() {
            guard dup2(stream, Int32(target)) >= 0 else { throw StartFailure(.streams) }
        }
        // Whatever we opened is marked so from its birth; this is for what somebody may have given us.
        _ = clinux_close_from_on_exec(3)
        umask(0o077)
    }

    private func takeLimits() throws(StartFailure) {
        _ = clinux_limit(CLINUX_RLIMIT_CORE, 0, 0)
        if let seconds = limits.processorSeconds {
            let limit = rlim_t(seconds)
            guard clinux_limit(CLINUX_RLIMIT_CPU, limit, limit + 1) == 0 else { throw StartFailure(.processorTime) }
        }
        guard clinux_limit(CLINUX_RLIMIT_NOFILE, rlim_t(limits.openFiles), .max) == 0 else {
            throw StartFailure(.openFiles)
        }
        if let niceness = limits.niceness, clinux_set_niceness(Int32(niceness)) != 0 { throw StartFailure(.niceness) }
    }

    private func takePlace() throws(StartFailure) {
        try takeUser()
        guard unsafe chdir(directory) == 0 else { throw StartFailure(.directory) }
    }

    private func takeUser() throws(StartFailure) {
        guard let user else { return }
        if getuid() == user.id, getgid() == user.group, getuid() != 0 { return }
        guard unsafe setgroups(user.groups.count, user.groups) == 0, setgid(user.group) == 0, setuid(user.id) == 0
        else { throw StartFailure(.user) }
    }

    private func forgetSignals() {
        clinux_reset_signals()
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe sigprocmask(SIG_SETMASK, &none, nil)
    }

    /// Tries the places where the program may be, in order. What it allocates goes with the exec or the exit.
    private func execute() throws(StartFailure) -> Never {
        var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        var variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
        let places = places
        // Only now, for until here we need some ourselves.
        if let memory = limits.memory.map({ rlim_t($0) }) {
            guard clinux_limit(CLINUX_RLIMIT_AS, memory, memory) == 0 else { throw StartFailure(.memory) }
        }
        var failure = StartFailure(.find, number: ENOENT)
        for place in places {
            unsafe execve(place, &words, &variables)
            let refusal = StartFailure(.execute)
            switch refusal.number {
            case ENOENT, ENOTDIR:
                if unsafe access(place, F_OK) == 0 { throw StartFailure(.interpreter, number: refusal.number) }
            case EACCES: failure = refusal
            default: throw refusal
            }
        }
        throw failure
    }

    private var places: [String] {
        if program.utf8.contains(UInt8(ascii: "/")) { return [program] }
        return searchPath.split(separator: ":", omittingEmptySubsequences: false)
            .map { ($0.isEmpty ? "." : $0) + "/" + program }
    }
}

extension StartFailure {
    fileprivate func write(to report: Int32) {
        let bytes = [UInt8(stage.rawValue), UInt8(truncatingIfNeeded: number)]
        _ = unsafe CLinux.write(report, bytes, bytes.count)
    }

    /// nil if nothing was written, which is success.
    init?(readFrom report: Int32) {
        var bytes: [UInt8] = [0, 0]
        var count = unsafe read(report, &bytes, bytes.count)
        while count < 0, clinux_errno() == EINTR { count = unsafe read(report, &bytes, bytes.count) }
        guard count == bytes.count, let stage = Stage(rawValue: bytes[0]) else { return nil }
        self.init(stage, number: Int32(bytes[1]))
    }
}
