import Crypto
package import System
import Text
import WeCom

/// Files on their way out, each under the digest of what it holds: once in here, nobody changes it any more.
package struct BlobFolder: Sendable {
    private let path: String
    /// The store that other processes have the files from; nil where there is no other.
    private let shared: SharedBlobs?
    /// Keeps a file from being removed that is just put in again.
    private let door = Lock(())

    /// WeCom takes no larger file.
    package static let maxBytes = 20 << 20

    package init(at path: String, shared: SharedBlobs? = nil) throws {
        try prepareDirectory(path)
        self.path = path
        self.shared = shared
    }

    package func path(of blob: BlobID) -> String { "\(path)/\(blob.text)" }

    /// Lets the other processes have a blob that is in here. What is to be sent is shared before anybody may send it.
    package func share(_ blob: BlobID) async throws { try await shared?.share(blob, at: path(of: blob)) }

    /// The path of a blob, which another process may have kept: then it is brought here. Where nobody has it nothing is at that path.
    package func bring(_ blob: BlobID) async throws -> String {
        let path = path(of: blob)
        guard let shared, !(await BlockingThreads.disk.run { fileExists(path) }) else { return path }
        _ = try await shared.bring(blob, to: path)
        return path
    }

    /// Keeps what an open file holds now, durably.
    func keep(_ file: UploadFile) async throws(FileError) -> KeptBlob {
        let folder = self
        return try await BlockingThreads.disk.run { () throws(FileError) in
            try folder.keepNow(try file.bytes(atMost: BlobFolder.maxBytes))
        }
    }

    package func keep(_ bytes: [UInt8]) async throws(FileError) -> KeptBlob {
        let folder = self
        return try await BlockingThreads.disk.run { () throws(FileError) in try folder.keepNow(bytes) }
    }

    private func keepNow(_ bytes: [UInt8]) throws(FileError) -> KeptBlob {
        let blob = BlobID(of: bytes)
        let path = path(of: blob)
        // What is there already is to outlive this use, too.
        let isThere = try door.withLock { _ throws(FileError) in
            guard fileExists(path) else { return false }
            try touchFile(path)
            return true
        }
        if !isThere {
            try makeDirectoryForUse(self.path)
            try writeFile(path, bytes)
        }
        return KeptBlob(id: blob, size: bytes.count)
    }

    /// Forgets those of the store's page behind `mark` that nobody has used since `moment`.
    func pruneShared(unusedSince moment: Timestamp, behind mark: BlobID?) async throws -> PrunedPage<BlobID> {
        try await shared?.prune(unusedSince: moment, behind: mark) ?? PrunedPage(pruned: 0, next: nil)
    }

    /// Removes what was last put in before `moment`; how much there was.
    package func prune(before moment: Timestamp) async throws(FileError) -> Int {
        let (path, door) = (path, door)
        return try await BlockingThreads.disk.run { () throws(FileError) in
            try door.withLock { _ throws(FileError) in
                let old = try entries(of: path).filter { $0.changedAt < moment }
                for entry in old { try removeFile("\(path)/\(entry.name)") }
                return old.count
            }
        }
    }
}

/// A blob by the SHA-256 of what it holds, in hexadecimal.
package struct BlobID: Sendable, Hashable, CustomStringConvertible {
    package let text: String

    package init(of bytes: [UInt8]) { self.init(digest: sha256(bytes)) }

    /// `digest` is the SHA-256 of what it holds.
    init(digest: [UInt8]) { text = digest.hexText }

    /// Reads what `text` wrote; nil for anything else, so that it can be no path.
    package init?(_ text: String) {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            return nil
        }
        self.text = text
    }

    package var description: String { text }
}

/// A blob that was kept.
package struct KeptBlob: Sendable {
    package let id: BlobID
    package let size: Int
}
