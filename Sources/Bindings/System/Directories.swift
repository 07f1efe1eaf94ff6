internal import CLinux

/// Makes a directory, and those above it that are missing, for our user alone. One that is there is left as it is.
package func makeDirectory(_ path: String) throws(SystemError) {
    if unsafe mkdir(path, 0o700) == 0 { return }
    switch clinux_errno() {
    case EEXIST: return
    case ENOENT:
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw SystemError("mkdir \(path)", number: ENOENT)
        }
        try makeDirectory(String(path[..<slash]))
        guard unsafe mkdir(path, 0o700) == 0 || clinux_errno() == EEXIST else { throw SystemError("mkdir \(path)") }
    default: throw SystemError("mkdir \(path)")
    }
}

/// Makes a directory as `makeDirectory` does. On a full disk that is left to its first use.
package func prepareDirectory(_ path: String) throws(SystemError) {
    do {
        try makeDirectory(path)
    } catch {
        guard error.isOutOfRoom else { throw error }
    }
}

/// Makes a directory that is about to be used, if it is not there.
package func makeDirectoryForUse(_ path: String) throws(FileError) {
    do throws(SystemError) {
        try makeDirectory(path)
    } catch {
        throw FileError(path: path, error)
    }
}

/// Resolves a path from the root on, without links.
package func realPath(_ path: String) throws(FileError) -> String {
    guard let real = unsafe realpath(path, nil) else { throw FileError(path: path, SystemError("realpath")) }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
}

/// A directory of its own that goes, with all that is in it, when its owner does.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init(prefix: String) throws(SystemError) {
        let parent = Process.environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError("mkdtemp in \(parent)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { removeTree(path) }
}

/// An entry of a directory.
package struct DirectoryEntry: Sendable, Equatable {
    package enum Kind: Sendable { case file, directory, link, other }

    package let name: String
    package let kind: Kind
    /// The permission bits, as in `0o640`.
    package let mode: UInt32
    package let size: Int
    /// The time at which it was changed last, as whoever wrote it says: nanoseconds since 1970.
    package let changed: Int64
    /// The same as the system has seen it, of the file or of what is known about it.
    package let touched: Int64

    package var isDirectory: Bool { kind == .directory }
    package var changedAt: Timestamp { Timestamp(milliseconds: changed / 1_000_000) }
}

extension DirectoryEntry {
    /// Reads an open directory to its end, or up to `limit` entries, and closes it. Links are not followed; an entry that goes meanwhile is left out.
    static func all(in directory: OpaquePointer, atMost limit: Int = .max) -> [DirectoryEntry] {
        defer { unsafe closedir(directory) }
        var entries: [DirectoryEntry] = []
        while entries.count < limit, let entry = unsafe readdir(directory) {
            let name = unsafe String(cString: clinux_entry_name(entry))
            var status = stat()
            guard name != ".", name != "..",
                unsafe fstatat(dirfd(directory), name, &status, AT_SYMLINK_NOFOLLOW) == 0
            else { continue }
            entries.append(DirectoryEntry(name, status))
        }
        return entries
    }

    init(_ name: String, _ status: stat) {
        let kind: Kind =
            switch status.st_mode & UInt32(S_IFMT) {
            case UInt32(S_IFREG): .file
            case UInt32(S_IFDIR): .directory
            case UInt32(S_IFLNK): .link
            default: .other
            }
        self.init(
            name: name, kind: kind, mode: status.st_mode & 0o777, size: Int(status.st_size),
            changed: nanoseconds(status.st_mtim), touched: nanoseconds(status.st_ctim))
    }
}

private func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }

/// The entries of the directory at `path`, in no order; none where there is no directory. Blocks.
package func entries(of path: String) throws(FileError) -> [DirectoryEntry] {
    guard let directory = unsafe opendir(path) else {
        if clinux_errno() == ENOENT { return [] }
        throw FileError(path: path, SystemError("opendir"))
    }
    return unsafe DirectoryEntry.all(in: directory)
}

/// Removes a file, or a directory with all that is in it. Links are removed, not followed; what cannot be removed stays.
package func removeTree(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    if let folder = try? Folder(path) { folder.removeContents() }
    _ = unsafe rmdir(path)
}
