package import System
import Text
import WeCom

/// The files that people sent, a folder a job: agents read them there.
package struct AttachmentFolder: Sendable {
    private let path: String
    /// The store that other processes have files from; nil where there is no other.
    private let shared: SharedBlobs?

    package init(at path: String, shared: SharedBlobs? = nil) throws {
        try prepareDirectory(path)
        self.path = path
        self.shared = shared
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

    /// Makes a folder that of one file. A job may have lost messages since an earlier run of it: what that had there goes if it was
    /// another file.
    func devote(_ folder: String, to id: ReceivedFileID) async throws(FileError) {
        let (marker, name) = ("\(folder)/.from", Array(id.text.utf8))
        try await BlockingThreads.disk.run { () throws(FileError) in
            if fileExists(marker) {
                if try readFile(marker, limit: 1000) == name { return }
                for entry in try entries(of: folder) { removeTree("\(folder)/\(entry.name)") }
            }
            try writeFile(marker, name)
        }
    }

    /// The attachment of that kind that an earlier run of the job fetched into `folder`.
    func attachment(_ kind: SentMedia.Kind, in folder: String) async throws(FileError) -> Attachment? {
        guard let name = try await fetchedFileName(in: folder) else { return nil }
        let path = "\(folder)/\(name)"
        let file = try await UploadFile(opening: path)
        return Attachment(kind, path: path, name: name, contentType: file.type.contentType, size: file.size)
    }

    /// Lets the other processes have the files that were sent with a job: an agent may fetch them from any.
    func share(_ attachments: [Attachment], of job: JobID) async throws {
        guard let shared else { return }
        for (index, attachment) in attachments.enumerated() {
            guard let name = attachment.path.pieces(between: { $0 == UInt8(ascii: "/") }).last else { continue }
            try await shared.attach(attachment.path, named: String(name), to: job, as: index + 1)
        }
    }

    /// The file that was sent with a job under that number, and what it holds; nil where none was fetched, here or elsewhere.
    package func file(_ number: Int, of job: JobID) async throws -> (path: String, contentType: String)? {
        let folder = "\(path)/\(job)/\(number)"
        guard number > 0, let name = try await name(number, of: job, in: folder) else { return nil }
        let path = "\(folder)/\(name)"
        return (path, try await UploadFile(opening: path).type.contentType)
    }

    private func name(_ number: Int, of job: JobID, in folder: String) async throws -> String? {
        if fileExists(folder), let name = try await fetchedFileName(in: folder) { return name }
        guard let shared, let found = try await shared.attachment(number, of: job), !found.name.begins(with: "."),
            !found.name.utf8.contains(UInt8(ascii: "/"))
        else { return nil }
        let folder = try await self.folder(of: job, number)
        return try await shared.bring(found.blob, to: "\(folder)/\(found.name)") ? found.name : nil
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
