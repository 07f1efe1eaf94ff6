import System

/// The processor's time that a process has had so far.
func processorTime(ofProcess id: String) throws -> Duration {
    processorTime(in: String(decoding: try readFile("/proc/\(id)/stat", limit: 1 << 16), as: UTF8.self))
}

/// The same of the children of a process, as far as they are there.
func processorTime(ofChildrenOf parent: String) throws -> Duration {
    try entries(of: "/proc").reduce(.zero) { sum, entry in
        guard entry.name.allSatisfy(\.isNumber),
            let stat = try? String(decoding: readFile("/proc/\(entry.name)/stat", limit: 1 << 16), as: UTF8.self),
            fields(of: stat).dropFirst().first == parent[...]
        else { return sum }
        return sum + processorTime(in: stat)
    }
}

/// Reads it from the line of `/proc` about a process or a thread.
func processorTime(in stat: String) -> Duration {
    .milliseconds(fields(of: stat).dropFirst(11).prefix(2).compactMap { Int($0) }.reduce(0, +) * 10)
}

/// What stands behind the name: the name may hold spaces.
private func fields(of stat: String) -> [Substring] { stat.split(separator: ")").last?.split(separator: " ") ?? [] }
