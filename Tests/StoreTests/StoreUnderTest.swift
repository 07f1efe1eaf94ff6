import Foundation
import Router
import SQLite
import SQLiteStore
import System
import Testing

/// Every store that keeps the promises of this suite.
enum StoreUnderTest: CaseIterable, Sendable {
    case sqlite

    static var available: [StoreUnderTest] { allCases }

    /// Lends `body` an empty store that goes, with its files, when `body` returns.
    func withStore(
        durability: DatabaseOptions.Durability = .full,
        recovery: CrashRecovery = CrashRecovery(),
        _ body: (TestStore) async throws -> Void
    ) async throws {
        let test = try await TestStore(durability: durability, recovery: recovery)
        do {
            try await body(test)
        } catch {
            await test.close()
            throw error
        }
        await test.close()
    }
}

/// A store that can be stopped and started again.
final class TestStore {
    private let directory: TemporaryDirectory
    private let options: DatabaseOptions
    private let recovery: CrashRecovery
    private var sqlite: SQLiteStore
    private var starts = 1

    init(durability: DatabaseOptions.Durability, recovery: CrashRecovery) async throws {
        self.recovery = recovery
        directory = try TemporaryDirectory(prefix: "store-tests-")
        var options = DatabaseOptions()
        options.durability = durability
        self.options = options
        sqlite = try await SQLiteStore(
            at: "\(directory.path)/1.db", serving: [appA, appB], owner: "test", recovery: recovery, options: options)
    }

    var store: any Store { sqlite }
    var path: String { "\(directory.path)/\(starts).db" }

    func close() async { await sqlite.close() }

    /// Stops in good order and starts again.
    func restart() async throws {
        await sqlite.close()
        sqlite = try await SQLiteStore(
            at: path, serving: [appA, appB], owner: "test", recovery: recovery, options: options)
    }

    /// Starts again with what is on the disk at this moment, as after `kill -9`.
    func crash() async throws {
        let old = path
        starts += 1
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: old + suffix) {
            try FileManager.default.copyItem(atPath: old + suffix, toPath: path + suffix)
        }
        await sqlite.close()
        sqlite = try await SQLiteStore(
            at: path, serving: [appA, appB], owner: "test", recovery: recovery, options: options)
    }

    enum Ending: CaseIterable, Sendable { case stop, kill }

    func startAgain(after ending: Ending) async throws {
        switch ending {
        case .stop: try await restart()
        case .kill: try await crash()
        }
    }
}
