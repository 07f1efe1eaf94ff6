import Crypto
import System
import Text

/// A file that is being fetched: under a name of its own until it is whole, and no larger than it may be.
actor ArrivingFile {
    private let directory: String
    private let limit: Int
    private let file: NewFile
    private(set) var size = 0
    private var start: [UInt8] = []

    init(in directory: String, limit: Int) async throws(WeComError) {
        self.directory = directory
        self.limit = limit
        let path = "\(directory)/.\(randomBytes(8).hexText).part"
        file = try await onDisk { () throws(FileError) in try NewFile(path) }
    }

    func append(_ bytes: [UInt8]) async throws(WeComError) {
        guard bytes.count <= limit - size else { throw .tooLarge(limit: limit) }
        size += bytes.count
        if start.count < MediaType.bytesLookedAt { start += bytes.prefix(MediaType.bytesLookedAt) }
        try await onDisk { [file] () throws(FileError) in try file.append(bytes) }
    }

    /// Gives the file the name it was called, or the first of its numbered forms that is free in the directory.
    func finish(named given: String) async throws(WeComError) -> DownloadedMedia {
        let type = MediaType(firstBytes: start, name: given)
        let name = SafeFileName(given, type: type)
        for number in 1...1000 {
            let numbered = name.numbered(number)
            let path = "\(directory)/\(numbered)"
            if try await onDisk({ [file] () throws(FileError) in try file.move(to: path) }) {
                return DownloadedMedia(path: path, name: numbered, type: type, size: size)
            }
        }
        throw .file(FileError(path: "\(directory)/\(name)", reason: "a thousand files have that name already"))
    }

    func discard() async { await BlockingThreads.disk.run { [file] in file.remove() } }
}

/// Runs calls that block where they hold up nobody else.
private func onDisk<Value: Sendable>(
    _ body: @escaping @Sendable () throws(FileError) -> Value
) async throws(WeComError) -> Value {
    do throws(FileError) {
        return try await BlockingThreads.disk.run(body)
    } catch {
        throw .file(error)
    }
}
