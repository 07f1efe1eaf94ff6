internal import CLinux

/// What the process is and may do.
package enum Process {
    package static var id: Int32 { getpid() }

    /// Where the program lies that this process runs; empty where the system does not say.
    package static var path: String { (try? realPath("/proc/self/exe")) ?? "" }

    /// Ends at once: no cleaning up, nothing flushed.
    package static func exitNow(_ status: Int32) -> Never { _exit(status) }

    /// Ends as `kill -9` ends it.
    package static func killNow() -> Never {
        kill(getpid(), SIGKILL)
        // The signal is pending: this thread gets no further than its way back from a call of the system.
        while true { pause() }
    }

    /// No core dump and no debugger of the same user: keys stay in the process.
    package static func makeUndumpable() { _ = clinux_set_undumpable() }

    /// New files are ours alone.
    package static func restrictNewFiles() { umask(0o077) }

    /// Raises the limit of open files as far as the system lets us, and says what it is then.
    package static func raiseOpenFileLimit() -> Int {
        var limit = rlimit()
        guard unsafe clinux_getrlimit_nofile(&limit) == 0 else { return 1024 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = min(limit.rlim_max, 1 << 20)
            _ = unsafe clinux_setrlimit_nofile(&limit)
            _ = unsafe clinux_getrlimit_nofile(&limit)
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// The variables the process was started with.
    package static var environment: [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe clinux_environ()
        while let entry = unsafe next?.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            unsafe next = unsafe next! + 1
        }
        return variables
    }

    /// How many processors this process may use.
    package static var cores: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// Bytes of memory that are resident now.
    package static var residentBytes: Int {
        guard let text = try? readFile("/proc/self/statm", limit: 4096) else { return 0 }
        let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
