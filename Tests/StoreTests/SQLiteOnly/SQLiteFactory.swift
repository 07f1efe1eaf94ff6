import Foundation
import Router
import SQLite
import SQLiteStore
import System

/// Opens SQLite's files in a directory that goes with the factory.
final class SQLiteFactory: StoreFactory {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory(prefix: "store-tests-") }

    func path(of number: Int) -> String { "\(directory.path)/\(number).db" }

    func open(_ number: Int, _ terms: StoreTerms) async throws -> any Store {
        var options = DatabaseOptions()
        options.durability =
            switch terms.durability {
            case .full: .full
            case .normal: .normal
            }
        return try await SQLiteStore(
            at: path(of: number), serving: terms.endpoints, owner: terms.owner, recovery: terms.recovery,
            options: options)
    }

    func copyAsIfKilled(_ number: Int, to other: Int) throws {
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: path(of: number) + suffix) {
            try FileManager.default.copyItem(atPath: path(of: number) + suffix, toPath: path(of: other) + suffix)
        }
    }
}
