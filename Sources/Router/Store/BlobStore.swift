package import System

/// Files that all processes over one store have in common, in pieces: each known by the digest of what it holds.
///
/// A piece that is kept twice is kept once, and a blob is there when `finish` says so, with all its pieces.
package protocol BlobStore: Sendable {
    /// The bytes of a blob, which counts as used now; nil for one that is not there, or not whole.
    func blobSize(_ blob: BlobID, at now: Timestamp) async throws -> Int?

    func keep(_ piece: [UInt8], number: Int, of blob: BlobID, at now: Timestamp) async throws

    func finish(_ blob: BlobID, size: Int, at now: Timestamp) async throws

    /// Nil where the blob has no such piece.
    func piece(_ number: Int, of blob: BlobID) async throws -> [UInt8]?

    /// Notes that a file which came with a job is that blob.
    func attach(_ blob: BlobID, named name: String, to job: JobID, as number: Int) async throws

    /// The file of that number that came with a job, and its name; nil where none was noted.
    func attachment(_ number: Int, of job: JobID) async throws -> (blob: BlobID, name: String)?

    /// Deletes those of the page behind `mark` that nobody has used since `moment`.
    func pruneBlobs(unusedSince moment: Timestamp, behind mark: BlobID?) async throws -> PrunedPage<BlobID>
}
