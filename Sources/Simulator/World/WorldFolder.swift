import Crypto
import JSON
import System
import Text

/// The folder in which a world is kept over a restart: one file, for our own user alone, that is there whole or not at all. Its
/// first line is a digest of the rest, so that what a disk has damaged is told from what we wrote.
package struct WorldFolder: ~Copyable, Sendable {
    private let path: String
    /// Keeps others from keeping a world here meanwhile.
    private let lock: FileLock

    private static let mostBytes = 32 << 20

    /// Opens a folder, and makes it where it is not there.
    package init(_ folder: String) throws {
        try makeDirectoryForUse(folder)
        let path = folder + "/world.json"
        let lock = try FileLock.acquire(guarding: path)
        self.path = path
        self.lock = lock
    }

    /// The world that is kept here; nil where none is yet. Throws of a file that is not as we wrote it: what it held is lost,
    /// and whoever wants to begin anew removes it.
    package borrowing func load() throws -> KeptWorld? {
        guard fileExists(path) else { return nil }
        let bytes = try readFile(path, limit: WorldFolder.mostBytes)
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            bytes[..<end].elementsEqual(WorldFolder.digest(of: bytes[(end + 1)...])),
            let json = try? JSONValue(parsing: Array(bytes[(end + 1)...])), let kept = KeptWorld(json)
        else { throw FileError(path: path, reason: "is damaged or of another version: remove it to begin anew") }
        return kept
    }

    package borrowing func save(_ kept: KeptWorld) throws {
        let json = kept.json.bytes
        try writeFile(path, WorldFolder.digest(of: json[...]) + [UInt8(ascii: "\n")] + json)
    }

    private static func digest(of bytes: ArraySlice<UInt8>) -> [UInt8] { sha256(Array(bytes)).hex }
}
