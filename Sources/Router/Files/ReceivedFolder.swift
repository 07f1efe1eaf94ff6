package import System
import Text

/// The files that people sent and that WeCom gives for a few minutes only, from their receipt on.
///
/// Each has a folder of its own, by the message that it came with: a job may pass its messages on to another, or be run again
/// later than WeCom gives anything. Turns get the file in their own folders, on most disks as a second name of the same bytes.
package final class ReceivedFolder: Sendable {
    /// The state of a file that is known without asking WeCom.
    enum Held: Sendable, Equatable {
        case whole
        /// It will not be had, for this reason.
        case refused(String)
    }

    private struct State {
        var ledger: ReceivedLedger
        var dropped = 0
    }

    private let path: String
    private let minFree: Int
    private let measure: @Sendable (String) -> Int?
    private let state: Lock<State>

    /// The most bytes that are kept.
    package static let most = 1 << 30
    private static let refusalName = ".refused"

    /// Refuses what would leave less than `minFree` bytes on the disk; `measure` says how many there are.
    package init(
        at path: String, minFree: Int, most: Int = ReceivedFolder.most,
        measure: @escaping @Sendable (String) -> Int? = { freeBytes(onDiskOf: $0) }
    ) throws {
        try prepareDirectory(path)
        self.path = path
        self.minFree = minFree
        self.measure = measure
        state = Lock(State(ledger: ReceivedLedger(limit: most)))
    }

    /// The bytes that are kept.
    package var size: Int { state.withLock { $0.ledger.weight } }

    /// Files that went before a turn had them, because there were too many.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// True if the disk has room for so many bytes more.
    func hasRoom(for bytes: Int) -> Bool { (measure(path) ?? .max) - bytes >= minFree }

    func held(_ id: ReceivedFileID) async throws(FileError) -> Held? {
        let (folder, refusal) = (folder(of: id), refusal(of: id))
        if try await fetchedFileName(in: folder) != nil { return .whole }
        return try await BlockingThreads.disk.run { () throws(FileError) -> Held? in
            guard fileExists(refusal) else { return nil }
            return .refused(String(decoding: try readFile(refusal, limit: 64 << 10), as: UTF8.self))
        }
    }

    /// The folder that a file is to be fetched into, made if it is not there.
    func open(_ id: ReceivedFileID) async throws(FileError) -> String {
        let folder = folder(of: id)
        try await BlockingThreads.disk.run { () throws(FileError) in try makeDirectoryForUse(folder) }
        return folder
    }

    /// Notes that a file has come, whole. Others go if they are too many.
    func noteArrival(of id: ReceivedFileID, size: Int) async { await enter(id, size: size) }

    /// Notes that a file will not be had, so that nobody asks for it again.
    func noteRefusal(of id: ReceivedFileID, _ reason: String) async throws(FileError) {
        let (folder, refusal) = (folder(of: id), refusal(of: id))
        try await BlockingThreads.disk.run { () throws(FileError) in
            try makeDirectoryForUse(folder)
            try writeFile(refusal, Array(reason.cut(toCharacters: 500, bytes: 2000).utf8))
        }
        await enter(id, size: 0)
    }

    /// Removes what is there of a file that did not come whole.
    func discard(_ id: ReceivedFileID) async {
        let folder = folder(of: id)
        await BlockingThreads.disk.run { removeTree(folder) }
    }

    /// Puts a file into a turn's folder. False where it is not there.
    func give(_ id: ReceivedFileID, into turnFolder: String) async throws(FileError) -> Bool {
        let folder = folder(of: id)
        guard let name = try await fetchedFileName(in: folder) else { return false }
        let isGiven = try await BlockingThreads.disk.run { () throws(FileError) in
            try shareFile("\(folder)/\(name)", as: "\(turnFolder)/\(name)")
        }
        if isGiven { state.withLock { $0.ledger.take(id) } }
        return isGiven
    }

    private func enter(_ id: ReceivedFileID, size: Int) async {
        let gone = state.withLock { state in
            let gone = state.ledger.add(id, size: size)
            state.dropped += gone.count { !$0.wasTaken }
            return gone
        }
        guard !gone.isEmpty else { return }
        let folders = gone.map { folder(of: $0.id) }
        await BlockingThreads.disk.run { for folder in folders { removeTree(folder) } }
    }

    private func folder(of id: ReceivedFileID) -> String { "\(path)/\(id)" }
    private func refusal(of id: ReceivedFileID) -> String { "\(folder(of: id))/\(ReceivedFolder.refusalName)" }
}

// MARK: What is there

extension ReceivedFolder {
    /// Looks at what an earlier process left, before anything is fetched: what was not whole yet goes.
    func takeStock() async throws(FileError) {
        let path = path
        let found = try await BlockingThreads.disk.run { () throws(FileError) in
            try entries(of: path).sorted { $0.changedAt < $1.changedAt }.compactMap { entry in
                ReceivedFileID(entry.name).flatMap { id in
                    ReceivedFolder.stock("\(path)/\(entry.name)").map { (id: id, size: $0) }
                }
            }
        }
        for (id, size) in found { await enter(id, size: size) }
    }

    /// Clears a file's folder of what is not whole. Returns the file's size; nil where nothing is left.
    private static func stock(_ folder: String) -> Int? {
        guard let all = try? entries(of: folder) else { return nil }
        let parts = all.filter { $0.name.begins(with: ".") && $0.name != refusalName }
        for part in parts { removeTree("\(folder)/\(part.name)") }
        if all.count == parts.count {
            removeTree(folder)
            return nil
        }
        return all.reduce(0) { parts.contains($1) ? $0 : $0 + $1.size }
    }

    /// Removes what came before `moment`; how many files there were.
    package func prune(before moment: Timestamp) async throws(FileError) -> Int {
        let path = path
        let old = try await BlockingThreads.disk.run { () throws(FileError) in
            let old = try entries(of: path).filter { $0.changedAt < moment }
            for entry in old { removeTree("\(path)/\(entry.name)") }
            return old
        }
        state.withLock { state in
            for id in old.compactMap({ ReceivedFileID($0.name) }) { state.ledger.remove(id) }
        }
        return old.count
    }
}
