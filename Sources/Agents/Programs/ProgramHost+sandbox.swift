import Router
import System

extension ProgramHost {
    /// Makes the sandbox of a command that works in a directory; nil if it has none. Makes a place for its temporary files
    /// there, since it has no other.
    func sandbox(of command: AgentCommand, _ user: SystemUser?, in directory: String) async throws -> Sandbox? {
        guard command.isShutIn else { return nil }
        let hidden = hidden
        do throws(FileError) {
            return try await BlockingThreads.disk.run { () throws(FileError) in
                _ = try Folder(directory).folder(Workspace.temporaryName, ownedBy: user)
                // A home of its own holds its logins and what it remembers. Ours would be a way out of the sandbox: what
                // we run at the next login stands there.
                let home = user.flatMap { $0.id == Process.user || $0.home == "/" ? nil : $0.home }
                // Each time anew: what is ours may have been put in another place behind a link.
                return Sandbox(
                    hidden: existing(hidden), readable: existing(command.readable),
                    writable: existing([directory] + command.writable + [home].compactMap(\.self)))
            }
        } catch {
            throw AgentFailure(.transient, "the working directory cannot be made ready: \(error)")
        }
    }
}

/// Resolves paths that exist, each once. What is not there needs no rule: a file that is made later in a directory that
/// holds something hidden is closed, too.
private func existing(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    return paths.compactMap { try? realPath($0) }.filter { seen.insert($0).inserted }
}
