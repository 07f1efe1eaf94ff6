import Text
package import System
import WeCom

/// The files that people sent, a folder a job: agents read them there.
package struct AttachmentFolder: Sendable {
    private let path: String

    package init(at path: String) throws {
        try prepareDirectory(path)
        self.path = path
    }

    /// The folder of a job's attachment of that number, made if it is not there.
    package func folder(of job: JobID, _ number: Int) async throws(FileError) -> String {
        let folder = "\(path)/\(job)/\(number)"
        try await BlockingThreads.disk.run { () throws(FileError) in
            do throws(SystemError) {
                try makeDirectory(folder)
            } catch {
                throw FileError(path: folder, reason: error.message)
            }
        }
        return folder
    }

    /// The attachment that an earlier run of the job fetched into `folder`.
    func attachment(in folder: String) async throws(FileError) -> Attachment? {
        let oldest = try await BlockingThreads.disk.run { () throws(FileError) in
            // A name with a dot before it is of a file that was not whole yet; what came later is an agent's.
            try entries(of: folder).filter { !$0.isDirectory && !$0.name.begins(with: ".") }
                .min { $0.changedAt < $1.changedAt }
        }
        guard let name = oldest?.name else { return nil }
        let file = try await UploadFile(opening: "\(folder)/\(name)")
        return Attachment(
            path: "\(folder)/\(name)", name: name, contentType: file.type.contentType, size: file.size)
    }

    /// A job's attachment of that number; nil where none was fetched.
    package func attachment(_ number: Int, of job: JobID) async throws(FileError) -> Attachment? {
        guard number > 0 else { return nil }
        let folder = "\(path)/\(job)/\(number)"
        return fileExists(folder) ? try await attachment(in: folder) : nil
    }

    /// True if somebody was told that what belongs in `folder` is missing: once is enough, however often the turn begins.
    func isKnownMissing(in folder: String) -> Bool { fileExists(marker(in: folder)) }

    func noteMissing(in folder: String) async throws(FileError) {
        let marker = marker(in: folder)
        try await BlockingThreads.disk.run { () throws(FileError) in try writeFile(marker, []) }
    }

    private func marker(in folder: String) -> String { "\(folder)/.missing" }

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
