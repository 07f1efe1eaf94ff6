import System
import Text

/// The bounds of what is copied of a working directory.
package struct WorkspaceLimits: Sendable, Equatable {
    /// The bytes of all files together.
    package var bytes: Int
    package var entries: Int
    package var depth: Int

    package init(bytes: Int = 64 << 20, entries: Int = 20_000, depth: Int = 64) {
        self.bytes = bytes
        self.entries = entries
        self.depth = depth
    }
}

/// The reason why a working directory is not copied.
struct WorkspaceTooLarge: Error, CustomStringConvertible {
    let description: String
}

/// Hears of all that is copied of a working directory, in one order.
protocol WorkspaceVisitor: ~Copyable {
    mutating func enter(_ directory: DirectoryEntry) throws
    mutating func leave() throws
    /// A file, or a link, in `folder`.
    mutating func take(_ entry: DirectoryEntry, in folder: borrowing Folder) throws
}

/// A way through a working directory. Links are not followed; what is neither file, directory nor link is passed over, and so is the
/// place for what is of no use later.
struct WorkspaceWalk {
    private let limits: WorkspaceLimits
    private var count = 0
    private var bytes = 0

    init(within limits: WorkspaceLimits) { self.limits = limits }

    mutating func go<Visitor: WorkspaceVisitor & ~Copyable>(
        through folder: borrowing Folder, depth: Int = 0, telling visitor: inout Visitor
    ) throws {
        for entry in try folder.entries(atMost: limits.entries + 1) {
            if depth == 0, entry.name.isSame(as: Workspace.temporaryName) { continue }
            switch entry.kind {
            case .other: continue
            case .directory:
                // One that cannot be entered is as good as not there.
                guard let inner = folder.existingFolder(entry.name) else { continue }
                try admit(entry, depth: depth + 1)
                try visitor.enter(entry)
                try go(through: inner, depth: depth + 1, telling: &visitor)
                try visitor.leave()
            case .file, .link:
                try admit(entry, depth: depth)
                try visitor.take(entry, in: folder)
            }
        }
    }

    private mutating func admit(_ entry: DirectoryEntry, depth: Int) throws {
        count += 1
        if entry.kind == .file { bytes += entry.size }
        if count > limits.entries { throw WorkspaceTooLarge(description: "more than \(limits.entries) files") }
        if bytes > limits.bytes { throw WorkspaceTooLarge(description: "more than \(limits.bytes) bytes") }
        if depth > limits.depth { throw WorkspaceTooLarge(description: "directories more than \(limits.depth) deep") }
    }
}
