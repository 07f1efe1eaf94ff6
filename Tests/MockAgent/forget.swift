import System

/// Forgets variables, and shows what the system has of the environment then.
func forget(_ names: [String]) {
    Process.forget(Set(names))
    let left = (try? readFile("/proc/self/environ", limit: 1 << 20)) ?? []
    StandardOutput.write(String(decoding: left.map { $0 == 0 ? 0x0A : $0 }, as: UTF8.self))
}
