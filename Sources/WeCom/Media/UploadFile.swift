package import System

/// A file of ours that is to go to WeCom: open, looked at, with the name that people will see.
package struct UploadFile: Sendable {
    package let name: SafeFileName
    package let type: MediaType
    package let voiceLength: Duration?
    let file: ReadableFile

    package var size: Int { file.size }

    /// All of it, unless it is longer than `limit`. Blocks.
    package func bytes(atMost limit: Int) throws(FileError) -> [UInt8] {
        let bytes = try file.bytes(at: 0, atMost: min(size, limit) + 1)
        guard bytes.count <= limit else { throw FileError(path: file.path, reason: "larger than \(limit) bytes") }
        return bytes
    }

    /// Opens the file and tells what it is. `name` is what it was called; without one, its path tells.
    package init(opening path: String, named name: String? = nil) async throws(FileError) {
        let given = name ?? path
        self = try await BlockingThreads.disk.run { () throws(FileError) in
            try UploadFile(ReadableFile(path), given)
        }
    }

    /// Looks at a file that is open. Blocks while the disk works.
    package init(_ file: ReadableFile, named given: String) throws(FileError) { try self.init(file, given) }

    private init(_ file: ReadableFile, _ given: String) throws(FileError) {
        let start = try file.bytes(at: 0, atMost: MediaType.bytesLookedAt)
        let type = MediaType(firstBytes: start, name: given)
        let isVoice = type == .amr && file.size <= UploadKind.voice.maxSize
        self.file = file
        self.type = type
        name = SafeFileName(given, type: type)
        voiceLength = isVoice ? WeCom.voiceLength(ofAMR: try file.bytes(at: 0, atMost: file.size)) : nil
    }

    /// Finds the kind that it goes out as.
    package func fittingKind() throws(UploadFault) -> UploadKind {
        try UploadKind.fitting(type: type, size: size, voiceLength: voiceLength)
    }
}
