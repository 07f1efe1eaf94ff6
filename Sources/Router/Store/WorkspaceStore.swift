package import System

/// The directories in which agents' programs work, as all processes over one store know them: by name, whose disk each is on, and which
/// copy of it was kept last.
package protocol WorkspaceStore: Sendable {
    /// Notes that a job's agent works in a directory on the disk of `home`, which its conversation prefers from now on. Returns the copy
    /// that was kept of it last; nil where none ever was.
    func enter(_ workspace: String, for job: JobID, at home: String, at now: Timestamp) async throws -> WorkspaceCopy?

    /// Keeps a copy in place of the one with the number `old`, which goes; 0 is none. False, with nothing changed, when a later lease has
    /// outbid this one, or another copy is there than that.
    func keep(
        _ copy: WorkspaceCopy, replacing old: Int64, of workspace: String, under lease: Lease, at now: Timestamp
    ) async throws -> Bool

    /// Forgets those of the page behind `mark` in which nobody has worked since `moment`, with their copies.
    func pruneWorkspaces(unusedSince moment: Timestamp, behind mark: String?) async throws -> PrunedPage<String>
}

/// The state of a working directory when a turn had ended.
package struct WorkspaceCopy: Sendable, Equatable {
    /// Higher than those of earlier copies.
    package let number: Int64
    /// What was in it, as a pack; nil where that was not to be copied, and is on one disk alone.
    package let blob: BlobID?

    package init(number: Int64, blob: BlobID?) {
        self.number = number
        self.blob = blob
    }
}
