import JSON
package import Observability
import System

/// The way of working directories between the disk of this process and a store that others read: each is copied when a turn has changed
/// it, and brought where its conversation's next turn runs.
package struct SharedWorkspaces: Sendable {
    /// A directory in which a turn is at work.
    private struct Opened {
        let place: WorkspacePlace
        var mark: WorkspaceMark
        /// The store has what the mark says.
        var isCopied: Bool
    }

    /// The bytes that are copied in a hurry.
    private static let quick = 4 << 20

    private let store: any WorkspaceStore
    private let blobs: SharedBlobs
    private let home: String
    private let limits: WorkspaceLimits
    private let log: Logger
    private let opened = Lock<[JobID: Opened]>([:])
    /// Not those of other files: a large directory takes its time.
    private let threads = BlockingThreads(named: "workspaces", count: 2)

    /// `home` is the name by which the others know this process's disk.
    package init(
        in store: any WorkspaceStore, _ blobs: SharedBlobs, at home: String, within limits: WorkspaceLimits,
        log: Logger
    ) {
        self.store = store
        self.blobs = blobs
        self.home = home
        self.limits = limits
        self.log = log
    }

    func leave(_ job: JobID) { opened.withLock { $0[job] = nil } }

    func prune(unusedSince moment: Timestamp, behind mark: String?) async throws -> PrunedPage<String> {
        try await store.pruneWorkspaces(unusedSince: moment, behind: mark)
    }
}

// MARK: Before a turn

extension SharedWorkspaces {
    /// Makes a directory what the last turn left, wherever that ran. What an earlier run of the same turn has done to it here stays. True
    /// if what was here is replaced.
    func bring(
        _ place: WorkspacePlace, for job: JobID, ownedBy user: SystemUser?, whenLost tell: () async throws -> Void
    ) async throws -> Bool {
        let newest = try await store.enter(place.id, for: job, at: home, at: .steady)
        var mark = await threads.run { place.readMark() }
        var isReplaced = false
        if let newest, newest.number != mark.copy {
            if let fetched = try await fetch(newest, to: place, ownedBy: user) {
                mark = fetched
                isReplaced = true
            } else {
                try await tell()
                mark = WorkspaceMark(copy: newest.number, fingerprint: "lost")
                try await write(mark, at: place, ownedBy: user)
            }
        } else if newest == nil {
            // Nobody knows of any: what is here is older than copies are, or than they are kept.
            mark = .none
        }
        let open = Opened(place: place, mark: mark, isCopied: newest?.blob != nil)
        opened.withLock { $0[job] = open }
        return isReplaced
    }

    /// Fills a directory with a copy; nil, with nothing changed, where there is none.
    private func fetch(
        _ copy: WorkspaceCopy, to place: WorkspacePlace, ownedBy user: SystemUser?
    ) async throws -> WorkspaceMark? {
        try await threads.run { () throws(FileError) in
            _ = try place.open(ownedBy: user)
            try removeFile(place.pack)
        }
        guard let blob = copy.blob, try await blobs.bring(blob, to: place.pack) else { return nil }
        let limits = limits
        let mark = try await threads.run { () throws(FileError) in
            defer { try? removeFile(place.pack) }
            // Broken off in the middle it is no copy of anything.
            try WorkspaceMark.none.write(to: place.mark)
            let folder = try place.open(ownedBy: user)
            try WorkspacePack.read(place.pack, into: folder, ownedBy: user)
            try folder.syncDisk()
            let fingerprint = (try? WorkspaceFingerprint.of(folder, within: limits)) ?? "large"
            let mark = WorkspaceMark(copy: copy.number, fingerprint: fingerprint)
            try mark.write(to: place.mark)
            return mark
        }
        log.info("a working directory has come from another node", ["directory": .string(place.id)])
        return mark
    }

    private func write(_ mark: WorkspaceMark, at place: WorkspacePlace, ownedBy user: SystemUser?) async throws {
        try await threads.run { () throws(FileError) in
            _ = try place.open(ownedBy: user)
            try mark.write(to: place.mark)
        }
    }
}

// MARK: After a turn

extension SharedWorkspaces {
    /// Copies the directory in which a job's turn was at work, if that has changed. What is too large is not copied, and the store notes
    /// that it is here alone. In a hurry it is only copied if that is quick; else the copy of before stays.
    func keep(after lease: Lease, inHurry isHurried: Bool = false) async throws {
        guard var open = opened.withLock({ $0[lease.job] }) else { return }
        let place = open.place
        var limits = limits
        if isHurried { limits.bytes = min(limits.bytes, SharedWorkspaces.quick) }
        let packed = await threads.run { [limits, mark = open.mark, isCopied = open.isCopied] in
            PackedWorkspace(at: place, within: limits, unless: isCopied ? mark.fingerprint : nil)
        }
        switch packed {
        case .unchanged: return
        case .refused where isHurried: return
        case .packed, .refused: break
        }
        if case .refused(let reason) = packed, open.isCopied || open.mark.copy == 0 {
            log.warning(
                "a working directory is not copied, and is on this machine alone",
                ["directory": .string(place.id), .reason: .string(reason)])
        }
        // One that the store has forgotten is not taken for another.
        let number = max(open.mark.copy + 1, Timestamp.now.milliseconds)
        let copy = WorkspaceCopy(number: number, blob: packed.blob)
        if let blob = packed.blob { try await blobs.share(blob, at: place.pack) }
        let isKept = try await store.keep(
            copy, replacing: open.mark.copy, of: place.id, under: lease, at: .steady)
        open.mark = WorkspaceMark(copy: copy.number, fingerprint: packed.fingerprint)
        open.isCopied = copy.blob != nil
        await threads.run { [mark = open.mark] in
            try? removeFile(place.pack)
            // Without it the next turn brings here what is here.
            if isKept { try? mark.write(to: place.mark) }
        }
        opened.withLock { [open] in $0[lease.job] = isKept ? open : nil }
    }
}

/// What came of packing a directory.
private enum PackedWorkspace {
    case unchanged
    case packed(BlobID, fingerprint: String)
    case refused(String)

    /// Packs a directory, unless it is as its fingerprint says.
    init(at place: WorkspacePlace, within limits: WorkspaceLimits, unless known: String?) {
        do {
            let folder = try place.open()
            let fingerprint = try WorkspaceFingerprint.of(folder, within: limits)
            if fingerprint == known {
                self = .unchanged
                return
            }
            try removeFile(place.pack)
            let blob = try WorkspacePack.write(folder, to: place.pack, within: limits)
            // What the copy is compared with later is to be as durable as the copy.
            try folder.syncDisk()
            self = .packed(blob.id, fingerprint: fingerprint)
        } catch {
            self = .refused("\(error)")
        }
    }

    var blob: BlobID? { if case .packed(let blob, _) = self { blob } else { nil } }

    var fingerprint: String { if case .packed(_, let fingerprint) = self { fingerprint } else { "large" } }
}
