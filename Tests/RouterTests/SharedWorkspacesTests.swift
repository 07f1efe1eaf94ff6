import Crypto
import Foundation
import RouterTesting
import System
import Testing
import WeCom

@testable import Router

/// Two machines over one store, each with a disk of its own.
@Suite("A working directory that machines share", .timeLimit(.minutes(1))) struct SharedWorkspacesTests {
    private let directory: TemporaryDirectory
    private let pieces = PieceStore()
    private let book = WorkspaceBook()
    private let losses = Lock(0)

    init() throws { directory = try TemporaryDirectory(prefix: "router-tests-") }

    private func machine(_ name: String, limits: WorkspaceLimits = WorkspaceLimits()) throws -> WorkspaceFolder {
        try WorkspaceFolder(
            at: "\(directory.path)/\(name)",
            shared: SharedWorkspaces(in: book, SharedBlobs(in: pieces), at: name, within: limits, log: .silent))
    }

    /// Runs a turn in which `work` is done, up to its end unless it is `brokenOff`.
    @discardableResult
    private func turn(
        _ number: Int64, at machine: WorkspaceFolder, isBrokenOff: Bool = false, inHurry isHurried: Bool = false,
        _ work: (String) throws -> Void = { _ in }
    ) async throws -> Workspace {
        let turn = Turn(
            job: JobID(number), attempt: 1,
            conversation: ConversationKey(
                endpoint: .app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))), user: UserID("u")),
            epoch: 0, text: "hello")
        let workspace = try await machine.workspace(of: turn) { losses.withLock { $0 += 1 } }
        try work(workspace.path)
        if !isBrokenOff {
            try await machine.keep(after: Lease(job: turn.job, number: 1), inHurry: isHurried)
        }
        machine.leave(turn.job)
        return workspace
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    private func read(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// All that is in a directory, a line each.
    private func tree(_ path: String) throws -> [String] {
        try entries(of: path).sorted { $0.name < $1.name }.flatMap { entry -> [String] in
            let inner = "\(path)/\(entry.name)"
            switch entry.kind {
            case .directory: return ["\(entry.name)/ \(entry.mode)"] + (try tree(inner)).map { "\(entry.name)/\($0)" }
            case .link:
                return ["\(entry.name) -> \(try FileManager.default.destinationOfSymbolicLink(atPath: inner))"]
            default:
                let content = sha256(try readFile(inner, limit: 10 << 20)).prefix(4)
                return ["\(entry.name) \(entry.mode) \(entry.changed) \(entry.size) \(content)"]
            }
        }
    }

    @Test("is at the next machine what it was at the last: files, directories, links, permissions and times")
    func whole() async throws {
        let (here, there) = (try machine("a"), try machine("b"))
        let left = try await turn(1, at: here) { path in
            let large = Data((0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            try large.write(to: URL(fileURLWithPath: path + "/large"))
            try makeDirectory(path + "/src/deep/er")
            try makeDirectory(path + "/empty")
            try write("#!/bin/sh", to: path + "/src/deep/er/run me")
            try write("", to: path + "/src/报告.txt")
            unsafe chmod(path + "/src/deep/er/run me", 0o755)
            unsafe chmod(path + "/empty", 0o555)
            let long: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000.125)]
            try FileManager.default.setAttributes(long, ofItemAtPath: path + "/src/报告.txt")
            try FileManager.default.createSymbolicLink(
                atPath: path + "/link", withDestinationPath: "/nowhere/at all")
            try makeDirectory(path + "/.tmp")
            try write("of no use", to: path + "/.tmp/x")
        }
        let found = try await turn(2, at: there)
        #expect(found.isReplaced && found.path != left.path)
        #expect(try tree(found.path) == tree(left.path).filter { !$0.hasPrefix(".tmp") })
        #expect(try tree(found.path).count == 9)
        #expect(await pieces.sizes.max() ?? 0 <= SharedBlobs.piece)
        // Beside it only the note of which copy it is.
        let beside = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/b/ww1-1").sorted()
        #expect(beside.count == 2 && beside[0].hasSuffix(".copy"), "\(beside)")
    }

    @Test("is written when something in it has changed, and not when nothing has; one copy is kept")
    func unchanged() async throws {
        let (here, there) = (try machine("a"), try machine("b"))
        try await turn(1, at: here) { try write("one", to: $0 + "/notes") }
        try await turn(2, at: here)
        let same = try await turn(3, at: there)
        #expect(await book.copies == 1)
        try await turn(4, at: there) { try write("two", to: $0 + "/notes") }
        let back = try await turn(5, at: here)
        #expect(await book.copies == 2)
        #expect(same.isReplaced && back.isReplaced)
        #expect(try read(back.path + "/notes") == "two")
        #expect(losses.withLock { $0 } == 0)
    }

    @Test(
        "keeps what a turn did that was broken off, where it is begun again; elsewhere it is as the turn before left it"
    )
    func brokenOff() async throws {
        let (here, there) = (try machine("a"), try machine("b"))
        try await turn(1, at: here) { try write("whole", to: $0 + "/notes") }
        try await turn(2, at: here, isBrokenOff: true) { try write("half", to: $0 + "/notes") }
        #expect(try read(try await turn(2, at: here, isBrokenOff: true).path + "/notes") == "half")
        let other = try await turn(2, at: there) { path in
            #expect(try read(path + "/notes") == "whole")
            try write("done", to: path + "/notes")
        }
        #expect(other.isReplaced)
        #expect(try read(try await turn(3, at: here).path + "/notes") == "done")
    }

    @Test("of a turn that another has outbid is not copied, and is replaced by the other's")
    func outbid() async throws {
        let (here, there) = (try machine("a"), try machine("b"))
        try await turn(1, at: here) { try write("one", to: $0 + "/notes") }
        await book.refuse(true)
        try await turn(2, at: here) { try write("late", to: $0 + "/notes") }
        await book.refuse(false)
        #expect(try read(try await turn(2, at: there).path + "/notes") == "one")
        try await turn(2, at: there) { try write("two", to: $0 + "/notes") }
        #expect(try read(try await turn(3, at: here).path + "/notes") == "two")
    }

    @Test(
        "beyond any bound is on its machine alone: the next one tells of the loss once, and begins with what it has",
        arguments: [
            WorkspaceLimits(bytes: 10), WorkspaceLimits(entries: 3), WorkspaceLimits(depth: 2),
        ])
    func tooLarge(_ limits: WorkspaceLimits) async throws {
        let (here, there) = (try machine("a", limits: limits), try machine("b"))
        func grow(_ path: String) throws {
            try makeDirectory(path + "/1/2/3")
            try write("more than ten bytes", to: path + "/1/2/3/file")
        }
        let left = try await turn(1, at: here, grow)
        try await turn(2, at: here)
        #expect(try read(left.path + "/1/2/3/file") == "more than ten bytes")
        #expect(losses.withLock { $0 } == 0)
        #expect(await pieces.sizes.isEmpty)
        let other = try await turn(3, at: there, isBrokenOff: true)
        #expect(try tree(other.path) == ["outbox/ 448"])
        #expect(losses.withLock { $0 } == 1)
        // The same turn once more, and what it made of it.
        try await turn(3, at: there) { try write("anew", to: $0 + "/notes") }
        #expect(losses.withLock { $0 } == 1)
        #expect(try read(try await turn(4, at: here).path + "/notes") == "anew")
    }

    @Test("is copied by a turn that our stop interrupts only if that is quick; else the copy of before stays")
    func hurried() async throws {
        let (here, there) = (try machine("a"), try machine("b"))
        try await turn(1, at: here) { try write("one", to: $0 + "/notes") }
        try await turn(2, at: here, inHurry: true) { try write("two", to: $0 + "/notes") }
        try await turn(3, at: here, inHurry: true) { path in
            try write("three", to: path + "/notes")
            try Data(count: 5 << 20).write(to: URL(fileURLWithPath: path + "/large"))
        }
        #expect(await book.copies == 2)
        #expect(try read(try await turn(4, at: there, isBrokenOff: true).path + "/notes") == "two")
        // Here nothing is lost by that.
        #expect(try read(try await turn(5, at: here).path + "/notes") == "three")
        #expect(await book.copies == 3)
    }

    @Test("is copied again when a file was changed so that its size and its time are as before")
    func sameTime() async throws {
        let (here, there) = (try machine("a"), try machine("b"))
        let time: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)]
        for (number, text) in [(Int64(1), "one"), (2, "two")] {
            try await turn(number, at: here) { path in
                try write(text, to: path + "/notes")
                try FileManager.default.setAttributes(time, ofItemAtPath: path + "/notes")
            }
        }
        #expect(try read(try await turn(3, at: there).path + "/notes") == "two")
    }

    @Test("whose loss could not be told is begun with once it could")
    func untold() async throws {
        struct Refused: Error {}
        let (here, there) = (try machine("a", limits: WorkspaceLimits(bytes: 1)), try machine("b"))
        try await turn(1, at: here) { try write("large", to: $0 + "/notes") }
        let turn = Turn(
            job: JobID(2), attempt: 1,
            conversation: ConversationKey(
                endpoint: .app(AppKey(corpID: CorpID("ww1"), agentID: AgentID(1))), user: UserID("u")),
            epoch: 0, text: "hello")
        await #expect(throws: Refused.self) { try await there.workspace(of: turn) { throw Refused() } }
        try await self.turn(2, at: there)
        #expect(losses.withLock { $0 } == 1)
    }

    @Test("that the store has forgotten is what lies on the disk")
    func forgotten() async throws {
        let here = try machine("a")
        try await turn(1, at: here) { try write("one", to: $0 + "/notes") }
        await book.forget()
        #expect(try read(try await turn(2, at: here).path + "/notes") == "one")
        #expect(losses.withLock { $0 } == 0)
        #expect(await book.copies == 2)
        #expect(try read(try await turn(3, at: try machine("b")).path + "/notes") == "one")
    }

    @Test(
        "is not filled by what only looks like a copy, and nothing is written outside",
        arguments: ["", "d", "x", "f../escaped", "fa/b", "f", "f..", "l.", "d.."])
    func hostile(_ record: String) async throws {
        let path = directory.path
        try makeDirectory(path + "/place")
        var bytes = WorkspacePack.title + [UInt8](repeating: 0, count: WorkspacePack.saltLength)
        func put(_ number: Int) { bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
        if let kind = record.utf8.first {
            let name = record.utf8.dropFirst()
            bytes.append(kind)
            if kind == WorkspacePack.directory || kind == WorkspacePack.file { put(0o644) }
            if kind == WorkspacePack.file { put(0) }
            put(name.count)
            bytes += name
            put(0)
            bytes.append(WorkspacePack.end)
        }
        try writeFile(path + "/pack", bytes)
        let folder = try Folder(path + "/place")
        #expect(throws: FileError.self) { try WorkspacePack.read(path + "/pack", into: folder) }
        #expect(try tree(path + "/place").isEmpty)
        #expect(!fileExists(path + "/escaped"))
    }

    @Test("goes from the disk with its note when it has not been used for long")
    func pruned() async throws {
        let here = try machine("a")
        try await turn(1, at: here) { try write("one", to: $0 + "/notes") }
        let later = Timestamp.now.advanced(by: .seconds(60))
        #expect(try await here.prune(unusedSince: later, arrivedBefore: later) == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path + "/a/ww1-1").isEmpty)
    }
}

/// Copies by number in memory; the store's own tests hold PostgreSQL to the same.
private actor WorkspaceBook: WorkspaceStore {
    private var known: [String: WorkspaceCopy] = [:]
    private var refuses = false
    private(set) var copies = 0

    func refuse(_ refuses: Bool) { self.refuses = refuses }

    func forget() { known = [:] }

    func enter(_ workspace: String, for job: JobID, at home: String, at now: Timestamp) -> WorkspaceCopy? {
        known[workspace]
    }

    func keep(
        _ copy: WorkspaceCopy, replacing old: Int64, of workspace: String, under lease: Lease, at now: Timestamp
    ) -> Bool {
        guard !refuses, known[workspace]?.number ?? 0 == old, copy.number > old else { return false }
        known[workspace] = copy
        copies += 1
        return true
    }

    func pruneWorkspaces(unusedSince moment: Timestamp, behind mark: String?) -> PrunedPage<String> {
        PrunedPage(pruned: 0, next: nil)
    }
}
