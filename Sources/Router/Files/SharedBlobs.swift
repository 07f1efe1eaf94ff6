import Crypto
import Lifecycle
import System
import Text

/// The way of files between the folder of this process and a store that others read: a piece at a time, so that a large file is
/// never held whole.
package struct SharedBlobs: Sendable {
    private let store: any BlobStore
    /// Whoever needs a file that is on its way waits for that.
    private let arrivals = SingleFlight<String, Result<Void, any Error>>()

    /// The size of a piece.
    package static let piece = 256 << 10

    package init(in store: any BlobStore) { self.store = store }

    /// Puts a file into the store, unless it is there.
    func share(_ blob: BlobID, at path: String) async throws {
        if try await store.blobSize(blob, at: .steady) != nil { return }
        let file = try await BlockingThreads.disk.run { () throws(FileError) in try ReadableFile(path) }
        for (number, offset) in stride(from: 0, to: file.size, by: Self.piece).enumerated() {
            let bytes = try await BlockingThreads.disk.run { () throws(FileError) in
                try file.bytes(at: offset, atMost: Self.piece)
            }
            try await store.keep(bytes, number: number, of: blob, at: .steady)
        }
        try await store.finish(blob, size: file.size, at: .steady)
    }

    /// Brings a file from the store to `path`. False when the store does not have it.
    func bring(_ blob: BlobID, to path: String) async throws -> Bool {
        guard let size = try await store.blobSize(blob, at: .steady) else { return false }
        while true {
            if let result = await arrivals.run(path, { await self.fetch(blob, of: size, to: path) }) {
                try result.get()
                return true
            }
            try Task.checkCancellation()
        }
    }

    /// Lets others have a file that came with a job.
    func attach(_ path: String, named name: String, to job: JobID, as number: Int) async throws {
        let blob = try await BlockingThreads.disk.run { () throws(FileError) in try BlobID(ofFile: path) }
        try await share(blob, at: path)
        try await store.attach(blob, named: name, to: job, as: number)
    }

    /// The file of that number that came with a job, and its name; nil where nobody has let others have it.
    func attachment(_ number: Int, of job: JobID) async throws -> (blob: BlobID, name: String)? {
        try await store.attachment(number, of: job)
    }

    func prune(unusedSince moment: Timestamp, behind mark: BlobID?) async throws -> PrunedPage<BlobID> {
        try await store.pruneBlobs(unusedSince: moment, behind: mark)
    }

    private func fetch(_ blob: BlobID, of size: Int, to path: String) async -> Result<Void, any Error> {
        do {
            let file = try await BlockingThreads.disk.run { () throws(FileError) -> NewFile? in
                // Another may have brought it since somebody looked.
                fileExists(path) ? nil : try NewFile(path.hidden(as: randomBytes(8).hexText))
            }
            guard let file else { return .success(()) }
            do {
                try await fill(file, with: blob, of: size)
                // Another that is there already holds the same.
                try await BlockingThreads.disk.run { () throws(FileError) in
                    if try !file.move(to: path) { file.remove() }
                }
            } catch {
                file.remove()
                throw error
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func fill(_ file: NewFile, with blob: BlobID, of size: Int) async throws {
        var digest = Digest(.sha256)
        var (number, count) = (0, 0)
        while count < size {
            guard let piece = try await store.piece(number, of: blob), !piece.isEmpty else { break }
            digest.update(piece)
            try await BlockingThreads.disk.run { () throws(FileError) in try file.append(piece) }
            (number, count) = (number + 1, count + piece.count)
        }
        guard count == size, digest.finish().hexText == blob.text else {
            throw FileError(path: file.path, reason: "the store gave other bytes than it was given")
        }
    }
}

extension String {
    /// A path beside this one whose name begins with a dot: of a file that is not whole yet.
    fileprivate func hidden(as name: String) -> String {
        let folder = lastIndex(of: "/").map { self[...$0] } ?? ""  // short: a path of ours
        return "\(folder).\(name).part"
    }
}

extension BlobID {
    /// The blob that a file is, read a piece at a time.
    fileprivate init(ofFile path: String) throws(FileError) {
        let file = try ReadableFile(path)
        var digest = Digest(.sha256)
        for offset in stride(from: 0, to: file.size, by: SharedBlobs.piece) {
            digest.update(try file.bytes(at: offset, atMost: SharedBlobs.piece))
        }
        self.init(digest: digest.finish())
    }
}
