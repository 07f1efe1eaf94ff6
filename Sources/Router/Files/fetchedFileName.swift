import System
import Text

/// The name of the one file that was fetched into `folder`; nil where there is none.
func fetchedFileName(in folder: String) async throws(FileError) -> String? {
    let oldest = try await BlockingThreads.disk.run { () throws(FileError) in
        // A name with a dot before it is of a file that was not whole yet; what came later is an agent's.
        try entries(of: folder).filter { !$0.isDirectory && !$0.name.begins(with: ".") }
            .min { $0.changedAt < $1.changedAt }
    }
    return oldest?.name
}
