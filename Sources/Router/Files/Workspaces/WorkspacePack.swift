import Crypto
import System
import Text

/// A working directory as one file: records of directories, files and links as the walk comes to them.
///
/// A record begins with a letter: `d` is a directory, up to its `.`; `f` a file, `l` a link. Numbers have eight bytes, the highest
/// first; names, the targets of links and what files hold have their length before them.
enum WorkspacePack {
    static let directory = UInt8(ascii: "d")
    static let end = UInt8(ascii: ".")
    static let file = UInt8(ascii: "f")
    static let link = UInt8(ascii: "l")

    /// The first bytes, before those that no two packs have in common: what is one's is no other's, whatever they hold.
    static let title = [UInt8]("wecom-router workspace 1\n".utf8)
    static let saltLength = 16

    /// The bytes that are held in memory, of any file.
    static let piece = SharedBlobs.piece

    /// Packs what is in `folder` into a new file at `path`; the blob that it is.
    static func write(
        _ folder: borrowing Folder, to path: String, within limits: WorkspaceLimits
    ) throws -> KeptBlob {
        var packer = WorkspacePacker(into: try NewFile(path))
        var walk = WorkspaceWalk(within: limits)
        try walk.go(through: folder, telling: &packer)
        return try packer.finish()
    }
}

/// Writes a pack.
private struct WorkspacePacker: WorkspaceVisitor, ~Copyable {
    private let output: NewFile
    private var digest = Digest(.sha256)
    private var gathered: [UInt8]
    private var size = 0

    init(into output: NewFile) {
        self.output = output
        gathered = WorkspacePack.title + randomBytes(WorkspacePack.saltLength)
    }

    mutating func enter(_ directory: DirectoryEntry) throws {
        gathered.append(WorkspacePack.directory)
        gathered.append(number: Int64(directory.mode))
        gathered.append(counted: Array(directory.name.utf8))
        try passOn()
    }

    mutating func leave() throws {
        gathered.append(WorkspacePack.end)
        try passOn()
    }

    mutating func take(_ entry: DirectoryEntry, in folder: borrowing Folder) throws {
        if entry.kind == .link {
            guard let target = folder.linkTarget(entry.name) else { return }
            gathered.append(WorkspacePack.link)
            gathered.append(counted: Array(entry.name.utf8))
            gathered.append(counted: Array(target.utf8))
            return try passOn()
        }
        // What has gone meanwhile, or is nobody's to read, is left out.
        guard let file = try? folder.file(at: entry.name) else { return }
        // It may have grown since it was looked at, and what it was counted for is what it gets.
        let size = min(file.size, entry.size)
        gathered.append(WorkspacePack.file)
        gathered.append(number: Int64(entry.mode))
        gathered.append(number: entry.changed)
        gathered.append(counted: Array(entry.name.utf8))
        gathered.append(number: Int64(size))
        for offset in stride(from: 0, to: size, by: WorkspacePack.piece) {
            let length = min(WorkspacePack.piece, size - offset)
            let bytes = try file.bytes(at: offset, atMost: length)
            // Nor may one that has shrunk shift what comes behind it.
            gathered += bytes + [UInt8](repeating: 0, count: length - bytes.count)
            try passOn()
        }
        try passOn()
    }

    private mutating func passOn(all isLast: Bool = false) throws(FileError) {
        guard isLast || gathered.count >= WorkspacePack.piece else { return }
        digest.update(gathered)
        try output.append(gathered)
        size += gathered.count
        gathered.removeAll(keepingCapacity: true)
    }

    consuming func finish() throws(FileError) -> KeptBlob {
        gathered.append(WorkspacePack.end)
        try passOn(all: true)
        let size = size
        return KeptBlob(id: BlobID(digest: digest.finish()), size: size)
    }
}

extension [UInt8] {
    fileprivate mutating func append(number: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: number >> Int64(shift))) }
    }

    fileprivate mutating func append(counted bytes: [UInt8]) {
        append(number: Int64(bytes.count))
        self += bytes
    }
}
