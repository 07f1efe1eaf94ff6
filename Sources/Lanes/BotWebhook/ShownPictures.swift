package import Router
import System
import WeCom

/// The pictures below streams as WeCom gets them. Each answer that has any is megabytes, so few are made at once.
package final class ShownPictures: Sendable {
    private let blobs: BlobFolder
    private let makers = Lock(0)

    /// The number of answers with pictures that are made at once.
    private static let most = 3

    package init(in blobs: BlobFolder) { self.blobs = blobs }

    /// The last frame with its pictures; nil while others are made: whoever asks again finds it.
    ///
    /// A picture that is not there any more is left out.
    func frame(closing id: String, _ text: String, showing pictures: [KeptPicture]) async -> StreamFrame? {
        guard begin() else { return nil }
        defer { makers.withLock { $0 -= 1 } }
        var paths: [String] = []
        for picture in pictures.prefix(StreamFrame.maxPictures) {
            guard let path = try? await blobs.bring(picture.blob) else { continue }
            paths.append(path)
        }
        let read = await BlockingThreads.disk.run { [paths] in
            paths.compactMap { path in (try? readFile(path, limit: StreamPicture.maxSize)).flatMap { StreamPicture($0) }
            }
        }
        return .closing(id, text, pictures: read)
    }

    private func begin() -> Bool {
        makers.withLock { count in
            guard count < ShownPictures.most else { return false }
            count += 1
            return true
        }
    }
}
