internal import System

/// A body was not written, or its caller is not told so, because the path no longer leads to the file that is in use: what
/// goes into it now nobody finds again.
package struct FileDisplaced: Error, Equatable, Sendable, CustomStringConvertible {
    package let path: String
    /// No name leads to the file any more: it is gone when it is closed.
    package let isDeleted: Bool

    package init(path: String, isDeleted: Bool) {
        self.path = path
        self.isDeleted = isDeleted
    }

    package var description: String {
        isDeleted
            ? "\(path) was deleted while it was in use"
            : "\(path) was moved away, or another file put in its place, while it was in use"
    }
}

/// The files of a database: the one with its name, and its write-ahead log.
struct DatabaseFiles: Sendable {
    private let files: [PinnedFile]

    /// Pins a database that has been written to by a connection which is still open: only then does its log exist.
    init(at path: String) throws { files = [try PinnedFile(path), try PinnedFile(path + "-wal")] }

    /// The first of them that its path does not lead to.
    var displaced: FileDisplaced? {
        for file in files {
            if let absence = file.absence { return FileDisplaced(path: file.path, isDeleted: absence == .deleted) }
        }
        return nil
    }
}
