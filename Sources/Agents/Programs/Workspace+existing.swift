import Router
import System

extension Workspace {
    /// Those of the paths at which there is a regular file in the directory.
    func existing(_ paths: [String]) async -> [String] {
        guard !paths.isEmpty else { return [] }
        let directory = path
        return await BlockingThreads.disk.run {
            guard let folder = try? Folder(directory) else { return [] }
            var found: [String] = []
            for path in paths.prefix(Workspace.looked) where found.count < Workspace.maxOutgoing {
                if (try? folder.file(at: path)) != nil { found.append(path) }
            }
            return found
        }
    }

    /// The number of names that are looked for at most.
    private static let looked = 200
}
