import System
import Text

extension WorkspacePack {
    /// Fills a directory with what is in the pack at `path`, in place of all that is there. What is made is `owner`'s, or ours.
    static func read(
        _ path: String, into folder: borrowing Folder, ownedBy owner: SystemUser? = nil
    ) throws(FileError) {
        var unpacker = WorkspaceUnpacker(try ReadableFile(path), owner)
        folder.removeContents()
        try unpacker.unpack(into: folder)
    }
}

/// Reads a pack. It is ours by its digest; even so nothing that it says leads out of the directory.
private struct WorkspaceUnpacker {
    private let input: ReadableFile
    private let owner: SystemUser?
    private var offset = 0
    private var gathered: ArraySlice<UInt8> = []

    private static let deepest = 128
    private static let longestText = 4096

    init(_ input: ReadableFile, _ owner: SystemUser?) {
        self.input = input
        self.owner = owner
    }

    mutating func unpack(into folder: borrowing Folder) throws(FileError) {
        guard try bytes(WorkspacePack.title.count) == WorkspacePack.title else { throw damaged }
        _ = try bytes(WorkspacePack.saltLength)
        try unpack(into: folder, depth: 0)
    }

    private mutating func unpack(into folder: borrowing Folder, depth: Int) throws(FileError) {
        guard depth <= WorkspaceUnpacker.deepest else { throw damaged }
        while true {
            switch try bytes(1)[0] {
            case WorkspacePack.end: return
            case WorkspacePack.directory:
                let mode = UInt32(truncatingIfNeeded: try number() & 0o777)
                let inner = try folder.folder(try name(), ownedBy: owner)
                try unpack(into: inner, depth: depth + 1)
                // At the end: it may be one in which nothing can be made.
                try inner.setMode(mode)
            case WorkspacePack.link:
                let name = try name()
                try folder.makeLink(name, to: try text(), ownedBy: owner)
            case WorkspacePack.file: try unpackFile(into: folder)
            default: throw damaged
            }
        }
    }

    private mutating func unpackFile(into folder: borrowing Folder) throws(FileError) {
        let mode = UInt32(truncatingIfNeeded: try number() & 0o777)
        let changed = try number()
        let file = try folder.newFile(try name(), ownedBy: owner)
        var left = Int(try number())
        while left > 0 {
            let piece = try bytes(min(left, WorkspacePack.piece))
            try file.append(piece)
            left -= piece.count
        }
        try file.mark(mode: mode, changed: max(0, changed))
    }

    // MARK: Parts

    private mutating func name() throws(FileError) -> String {
        let name = try text()
        guard !name.isEmpty, !name.isSame(as: "."), !name.isSame(as: ".."), !name.utf8.contains(UInt8(ascii: "/"))
        else {
            throw damaged
        }
        return name
    }

    private mutating func text() throws(FileError) -> String {
        let count = try number()
        guard count >= 0, count <= WorkspaceUnpacker.longestText else { throw damaged }
        let text = try bytes(Int(count))
        guard !text.contains(0) else { throw damaged }
        return String(decoding: text, as: UTF8.self)
    }

    private mutating func number() throws(FileError) -> Int64 {
        try bytes(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    /// The next bytes, so many.
    private mutating func bytes(_ count: Int) throws(FileError) -> [UInt8] {
        if gathered.count < count {
            let more = try input.bytes(at: offset, atMost: max(count - gathered.count, WorkspacePack.piece))
            offset += more.count
            gathered = ArraySlice(gathered + more)
        }
        guard gathered.count >= count else { throw damaged }
        defer { gathered = gathered.dropFirst(count) }
        return Array(gathered.prefix(count))
    }

    private var damaged: FileError { FileError(path: input.path, reason: "no whole copy of a working directory") }
}
