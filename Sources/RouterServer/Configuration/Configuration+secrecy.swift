import Agents
import System
import WeCom

extension Configuration {
    /// The paths that are no business of an agent's program: what is read at the start, and all that is durable.
    var ownPaths: [String] {
        secretFiles + store.ownPaths + [workers.directory ?? store.workspaces]
    }

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
    /// The hidden path of the store: its directory, unless that is the working directory.
    var folderOrFile: String { ownPaths[0] }

    /// The directory of the store, if it is not the working directory itself, in which anything may lie; and each file
    /// and folder in it.
    fileprivate var ownPaths: [String] {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        let isWorkingDirectory = directory.isEmpty || (try? realPath(directory)) == (try? realPath("."))
        let files = ["", "-wal", "-shm", "-journal", ".lock"].map { path + $0 }
        return (isWorkingDirectory ? [] : [directory]) + files
            + [controlSocket, controlKey, blobs, attachments, workspaces]
    }
}
