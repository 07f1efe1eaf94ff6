import Crypto
import System
import Text

/// A digest of all that is in a working directory but for what files hold: their names, sizes, permissions and times. As long as it stays
/// the same nobody has changed anything.
struct WorkspaceFingerprint: WorkspaceVisitor, ~Copyable {
    private var digest = Digest(.sha256)

    static func of(_ folder: borrowing Folder, within limits: WorkspaceLimits) throws -> String {
        var fingerprint = WorkspaceFingerprint()
        var walk = WorkspaceWalk(within: limits)
        try walk.go(through: folder, telling: &fingerprint)
        return fingerprint.finish()
    }

    /// A directory's own time says no more than the entries in it.
    mutating func enter(_ directory: DirectoryEntry) {
        digest.update("d \(directory.mode) \(directory.name.utf8.count) \(directory.name)\n")
    }

    mutating func leave() { digest.update(".\n") }

    mutating func take(_ entry: DirectoryEntry, in folder: borrowing Folder) {
        digest.update("\(entry.kind == .link ? "l" : "f") \(entry.mode) \(entry.size) ")
        digest.update("\(entry.changed) \(entry.touched) ")
        digest.update("\(entry.name.utf8.count) \(entry.name)\n")
    }

    private consuming func finish() -> String { digest.finish().hexText }
}
