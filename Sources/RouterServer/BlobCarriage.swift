import PostgresStore
import Router
import System

/// The way of files that are still to be sent: beside a file store they lie in a folder, in a database in pieces. Each is known by the
/// digest of what it holds, and held to it.
struct BlobCarriage: Sendable {
    let folder: String
    let tables: PostgresTables

    /// The bytes of one row.
    private static let piece = SharedBlobs.piece

    /// Puts the folder's files into the database; how many there are. One that is there already stays.
    func toDatabase() async throws -> Int {
        guard fileExists(folder) else { return 0 }
        let blobs = try entries(of: folder).map(\.name).sorted().compactMap(BlobID.init)
        for blob in blobs where try await tables.size(of: blob) == nil {
            let bytes = try readFile("\(folder)/\(blob.text)", limit: BlobFolder.maxBytes)
            guard BlobID(of: bytes) == blob else {
                throw StoreCopyRefusal.differs(table: "the file \(folder)/\(blob.text)")
            }
            try await tables.clear(blob)
            for (number, start) in stride(from: 0, to: bytes.count, by: Self.piece).enumerated() {
                let piece = Array(bytes[start..<min(start + Self.piece, bytes.count)])
                try await tables.add(
                    [[.text(blob.text), .integer(Int64(number)), .bytes(piece)]], to: PostgresTables.pieces)
            }
            let now = Timestamp.steady.milliseconds
            try await tables.add(
                [[.text(blob.text), .integer(Int64(bytes.count)), .integer(now)]], to: PostgresTables.blobs)
        }
        return blobs.count
    }

    /// Puts the database's files into the folder, but for copies of working directories; how many there are.
    func toFolder() async throws -> Int {
        try prepareDirectory(folder)
        var (key, count) = ([ColumnValue]?.none, 0)
        while true {
            let page = try await tables.rows(of: PostgresTables.blobs, behind: key, atMost: 100)
            guard let last = page.last else { return count }
            for row in page {
                // One without a size never came whole.
                guard case .text(let name) = row[0], let blob = BlobID(name), case .integer(let size) = row[1],
                    size <= BlobFolder.maxBytes, try await !tables.isWorkspace(blob)
                else { continue }
                try await fetch(blob, size: Int(size))
                count += 1
            }
            key = Array(last.prefix(1))
        }
    }

    private func fetch(_ blob: BlobID, size: Int) async throws {
        let path = "\(folder)/\(blob.text)"
        if fileExists(path) { return }
        var bytes: [UInt8] = []
        while bytes.count < size {
            let number = Int64(bytes.count / Self.piece)
            let rows = try await tables.rows(
                of: PostgresTables.pieces, behind: [.text(blob.text), .integer(number - 1)], atMost: 1)
            guard let row = rows.first, row[0] == .text(blob.text), row[1] == .integer(number),
                case .bytes(let piece) = row[2],
                !piece.isEmpty
            else { break }
            bytes += piece
        }
        guard BlobID(of: bytes) == blob else { throw StoreCopyRefusal.differs(table: "the file \(blob.text)") }
        try writeFile(path, bytes)
    }
}
