import Agents
import System
import WeCom

extension Configuration {
    /// The paths that are no business of an agent's program: what is read at the start, and all that is durable.
    var ownPaths: [String] {
        secretFiles + store.ownPaths(besides: ownFolder) + [workers.directory ?? store.workspaces]
    }

    /// The hidden path of the store: its directory, unless anything may lie there.
    var hiddenStore: String { store.ownPaths(besides: ownFolder)[0] }

    /// The directory of the configuration's file, in which agents' scripts may lie.
    private var ownFolder: String { source == Configuration.environmentSource ? "" : enclosingFolder(of: source) }

    /// The part of the environment that agents' programs may be given.
    func programVariables(of environment: [String: String]) -> [String: String] {
        let names = Set(ProgramHost.usualVariables).union(
            agents.values.flatMap { $0.program?.command.passedVariables ?? [] })
        return environment.merging(fileVariables.mapValues { $0.reveal() }) { own, _ in own }
            .filter { names.contains($0.key) }
    }

    /// The variables whose values have been taken over, and are not to be seen in the process's environment any more.
    func takenVariables(of environment: [String: String]) -> Set<String> {
        let passed = agents.values.flatMap { $0.program?.command.passedVariables ?? [] }
        return usedVariables.union(passed).union(Variables.all)
            .filter { environment[$0] != nil && !Variables.isHarmless($0) }
    }
}

extension Configuration.Store {
    /// The directory of the store, if it is neither the working directory nor `folder`, in which anything may lie; and each
    /// file and folder in it.
    fileprivate func ownPaths(besides folder: String) -> [String] {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        let shared = [".", folder.isEmpty ? "." : folder].compactMap { try? realPath($0) }
        let isShared = directory.isEmpty || (try? realPath(directory)).map(shared.contains) ?? false
        let files = ["", "-wal", "-shm", "-journal", ".lock"].map { path + $0 }
        return (isShared ? [] : [directory]) + files
            + [controlSocket, controlKey, blobs, attachments, received, workspaces]
    }
}
