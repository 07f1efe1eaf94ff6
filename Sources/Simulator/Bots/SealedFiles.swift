import System
import Text

/// The files that people sent to bots: sealed, and at an address that anybody may read for five minutes.
struct SealedFiles {
    private struct File {
        let name: String
        let content: [UInt8]
        let since: MonotonicTime
    }

    private var files: [String: File] = [:]

    mutating func keep(_ content: [UInt8], named name: String, as id: String, at now: MonotonicTime) {
        files[id] = File(name: name, content: content, since: now)
    }

    mutating func drop(_ id: String) { files[id] = nil }

    /// nil where there is none, or none any more.
    func file(_ id: String, at now: MonotonicTime) -> (name: String, content: [UInt8])? {
        guard let file = files[id], now.since(file.since) < .seconds(300) else { return nil }
        return (file.name, file.content)
    }
}
