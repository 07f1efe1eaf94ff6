import Foundation
import ProgramTesting
import System
import Testing

@Suite("The lock on a file", .timeLimit(.minutes(2))) struct FileLockTests {
    @Test("a second holder is refused and told who has it")
    func exclusive() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/router.db"
            let held = try FileLock.acquire(guarding: path)
            let refusal = #expect(throws: FileLock.Refusal.self) { _ = try FileLock.acquire(guarding: path) }
            #expect(refusal == .held(path: path, by: ProcessInfo.processInfo.processIdentifier))
            #expect(refusal?.description.contains("process \(ProcessInfo.processInfo.processIdentifier)") == true)
            _ = consume held
            let again = try FileLock.acquire(guarding: path)
            _ = consume again
        }
    }

    @Test("another process is kept out while it is held")
    func otherProcess() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/router.db"
            let held = try FileLock.acquire(guarding: path)
            #expect(try flockStatus(path + ".lock") != 0)
            _ = consume held
            #expect(try flockStatus(path + ".lock") == 0)
        }
    }

    private func flockStatus(_ path: String) throws -> Int32 {
        guard case .exited(let status) = try ChildProcess("/usr/bin/flock", ["-n", path, "true"]).wait() else {
            return -1
        }
        return status
    }

    @Test("only the owner may read the lock's file, and it stays")
    func permissions() async throws {
        try await withDatabaseDirectory { directory in
            let path = directory + "/router.db"
            do { _ = try FileLock.acquire(guarding: path) }
            let attributes = try FileManager.default.attributesOfItem(atPath: path + ".lock")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let text = try String(contentsOfFile: path + ".lock", encoding: .utf8)
            #expect(text == "\(ProcessInfo.processInfo.processIdentifier)\n")
        }
    }

    @Test("where it cannot be made the error says where")
    func noDirectory() async throws {
        let refusal = #expect(throws: FileLock.Refusal.self) {
            _ = try FileLock.acquire(guarding: "/proc/nowhere/router.db")
        }
        guard case .cannotOpen("/proc/nowhere/router.db.lock", let error)? = refusal else {
            Issue.record("refused as \(String(describing: refusal))")
            return
        }
        #expect(error.isNoSuchFile)
    }
}
