internal import CLinux

/// This process: what it is and may do.
package enum Process {
    package static var id: Int32 { getpid() }

    /// The user whose files and processes ours are.
    package static var user: UInt32 { geteuid() }

    /// The path of the program that this process runs; empty where the system does not say.
    package static var path: String { (try? realPath("/proc/self/exe")) ?? "" }

    /// The name of the machine; empty where the system does not say.
    package static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

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

    /// Gives the memory that is free within this process back to the system. That takes some milliseconds, in which others who
    /// want memory may wait.
    package static func giveBackMemory() { clinux_trim_memory() }

    /// New files are ours alone.
    package static func restrictNewFiles() { umask(0o077) }

    /// Those of our descendants whose parents die become our children, so that none of them gets away from us.
    package static func adoptOrphans() { _ = clinux_adopt_orphans() }

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

    /// Removes variables, and wipes what they held from where the system shows it (`/proc/…/environ`). For the start of a
    /// program: nobody else may look at the environment meanwhile.
    package static func forget(_ names: Set<String>) {
        for name in names {
            let entries = unsafe entries(of: name)
            unsafe unsetenv(name)
            unsafe entries.forEach { unsafe explicit_bzero($0, strlen($0)) }
        }
    }

    /// A variable that was given twice has two.
    private static func entries(of name: String) -> [UnsafeMutablePointer<CChar>] {
        var found: [UnsafeMutablePointer<CChar>] = unsafe []
        var next = unsafe clinux_environ()
        while let entry = unsafe next?.pointee {
            if unsafe strncmp(entry, name + "=", name.utf8.count + 1) == 0 { unsafe found.append(entry) }
            unsafe next = unsafe next! + 1
        }
        return unsafe found
    }

    /// The number of processors that this process may use: those it may run on, or fewer where a container is given less time.
    package static let cores: Int = {
        let allowed = max(1, Int(clinux_allowed_processors()))
        let quota = (try? readFile("/sys/fs/cgroup/cpu.max", limit: 4096)).flatMap(processors(ofQuota:))
        return min(allowed, quota ?? allowed)
    }()

    /// Reads `cpu.max` of a control group, such as `150000 100000`: two processors; nil for no limit.
    static func processors(ofQuota text: [UInt8]) -> Int? {
        let fields = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n") }
        guard fields.count == 2, let quota = Int(String(decoding: fields[0], as: UTF8.self)),
            let period = Int(String(decoding: fields[1], as: UTF8.self)), quota > 0, period > 0
        else { return nil }
        return max(1, (quota - 1) / period + 1)
    }

    /// Bytes of memory that are resident now.
    package static var residentBytes: Int {
        guard let text = try? readFile("/proc/self/statm", limit: 4096) else { return 0 }
        let pages = String(decoding: text, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (pages ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
