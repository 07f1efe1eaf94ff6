package import System
import WeCom

/// What people sent, a folder a job: agents read it there.
package struct AttachmentFolder: Sendable {
    private let path: String

    package init(at path: String) throws {
        try makeDirectory(path)
        self.path = path
    }

    /// The folder of a job's attachment of that number, made if it is not there.
    package func folder(of job: JobID, _ number: Int) throws -> String {
        let folder = "\(path)/\(job)/\(number)"
        try makeDirectory(folder)
        return folder
    }

    /// What an earlier run of the job fetched into `folder`.
    func attachment(in folder: String) async throws(FileError) -> Attachment? {
        let names = try await BlockingThreads.disk.run { () throws(FileError) in
            // A name with a dot before it is of a file that was not whole yet.
            try entries(of: folder).map(\.name).filter { !$0.hasPrefix(".") }
        }
        guard let name = names.first else { return nil }
        let file = try await UploadFile(opening: "\(folder)/\(name)")
        return Attachment(
            path: "\(folder)/\(name)", name: name, contentType: file.type.contentType, size: file.size)
    }

    /// Removes the folders that nothing was put into since `moment`; how many there were.
    package func prune(before moment: Timestamp) async throws(FileError) -> Int {
        let path = path
        return try await BlockingThreads.disk.run { () throws(FileError) in
            let old = try entries(of: path).filter { $0.changedAt < moment }
            for entry in old { removeTree("\(path)/\(entry.name)") }
            return old.count
        }
    }
}
