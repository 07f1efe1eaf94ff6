import System
import WeCom

/// The files that WeCom holds: each for three days, all together no more than so many bytes; then the oldest go.
struct MediaStore {
    private var files: [String: (media: FakeMedia, bytes: [UInt8])] = [:]
    private var order: [String] = []
    private var held = 0

    static let lifetime = Duration.seconds(3 * 24 * 3600)
    private static let mostHeld = 256 << 20

    mutating func add(
        _ bytes: [UInt8], _ kind: FakeMedia.Kind, named name: String, of corp: CorpID, at now: MonotonicTime
    ) -> FakeMedia {
        let media = FakeMedia(
            id: "media-" + randomID(), corpID: corp, kind: kind, name: name, size: bytes.count,
            expires: now.advanced(by: MediaStore.lifetime))
        files[media.id] = (media, bytes)
        order.append(media.id)
        held += bytes.count
        while held > MediaStore.mostHeld, order.count > 1 { forgetOldest() }
        return media
    }

    /// The file of this id, unless it has expired or belongs to another corp.
    func file(_ id: String, of corp: CorpID, at now: MonotonicTime) -> (media: FakeMedia, bytes: [UInt8])? {
        files[id].flatMap { $0.media.corpID == corp && $0.media.expires > now ? $0 : nil }
    }

    private mutating func forgetOldest() {
        let id = order.removeFirst()
        held -= files.removeValue(forKey: id)?.bytes.count ?? 0
    }
}
