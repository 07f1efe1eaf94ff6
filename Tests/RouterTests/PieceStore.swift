import System

@testable import Router

/// Pieces in memory; the store's own tests hold PostgreSQL to the same.
actor PieceStore: BlobStore {
    private var attachments: [String: (blob: BlobID, name: String)] = [:]

    func attach(_ blob: BlobID, named name: String, to job: JobID, as number: Int) {
        attachments["\(job)/\(number)"] = (blob, name)
    }

    func attachment(_ number: Int, of job: JobID) -> (blob: BlobID, name: String)? { attachments["\(job)/\(number)"] }

    private var pieces: [BlobID: [Int: [UInt8]]] = [:]
    private var finished: [BlobID: Int] = [:]
    private(set) var reads = 0

    var sizes: [Int] { pieces.values.flatMap(\.values).map(\.count) }

    func damage(_ blob: BlobID) { pieces[blob]?[0]?[0] ^= 1 }

    func blobSize(_ blob: BlobID, at now: Timestamp) -> Int? { finished[blob] }

    func keep(_ piece: [UInt8], number: Int, of blob: BlobID, at now: Timestamp) {
        pieces[blob, default: [:]][number] = piece
    }

    func finish(_ blob: BlobID, size: Int, at now: Timestamp) { finished[blob] = size }

    func piece(_ number: Int, of blob: BlobID) -> [UInt8]? {
        reads += 1
        return pieces[blob]?[number]
    }

    func pruneBlobs(unusedSince moment: Timestamp, behind mark: BlobID?) -> PrunedPage<BlobID> {
        PrunedPage(pruned: 0, next: nil)
    }
}
