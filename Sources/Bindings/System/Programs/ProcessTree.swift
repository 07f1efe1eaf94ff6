internal import CLinux

/// The tree of processes, as `/proc` has it.
enum ProcessTree {
    /// The processes whose parent is `process`, whichever of its threads started or adopted them.
    static func children(of process: pid_t) -> [pid_t] {
        guard hasLists else { return family().filter { $0.parent == process }.map(\.process) }
        return numbers(in: "/proc/\(process)/task").flatMap { thread in
            let list = (try? readFile("/proc/\(process)/task/\(thread)/children", limit: 1 << 20)) ?? []
            return list.split(separator: UInt8(ascii: " ")).compactMap { pid_t(String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// The children, their children, and so on.
    static func descendants(of process: pid_t) -> [pid_t] {
        var found = children(of: process)
        var next = 0
        while next < found.count {
            found += children(of: found[next])
            next += 1
        }
        return found
    }

    /// True if `process` was started, or adopted, by `ancestor` or by one of those. nil where its line cannot be followed:
    /// it has ended, or somebody in that line is hidden from us.
    static func descends(_ process: pid_t, from ancestor: pid_t) -> Bool? {
        var next = process
        // Longer than any line there is: lines are not cut while they are followed, but they may change.
        for _ in 0..<10_000 {
            guard let parent = parent(of: next) else { return nil }
            if parent == ancestor { return true }
            // The first process of all, or one that came into our container from outside.
            if parent == 0 { return false }
            next = parent
        }
        return nil
    }

    /// Some systems keep no lists of children (CONFIG_PROC_CHILDREN).
    private static var hasLists: Bool { fileExists("/proc/self/task/\(getpid())/children") }

    /// Every process and its parent.
    private static func family() -> [(process: pid_t, parent: pid_t)] {
        numbers(in: "/proc").compactMap { process in parent(of: process).map { (process, $0) } }
    }

    /// The second field behind the name, which may itself contain anything.
    private static func parent(of process: pid_t) -> pid_t? {
        guard let status = try? readFile("/proc/\(process)/stat", limit: 4096),
            let nameEnd = status.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = status[(nameEnd + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 1 else { return nil }
        return pid_t(String(decoding: fields[1], as: UTF8.self))
    }

    /// The entries of a directory whose names are numbers.
    private static func numbers(in path: String) -> [pid_t] {
        guard let directory = unsafe opendir(path) else { return [] }
        defer { unsafe closedir(directory) }
        var numbers: [pid_t] = []
        while let entry = unsafe readdir(directory) {
            if let number = pid_t(unsafe String(cString: clinux_entry_name(entry))) { numbers.append(number) }
        }
        return numbers
    }
}
