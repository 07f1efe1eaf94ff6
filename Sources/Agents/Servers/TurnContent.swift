import Crypto
import Router
import System

/// A person's messages, as a model gets them and as they are remembered.
struct TurnContent: Equatable {
    /// The words that were said, with a line for each attachment that is not among the images.
    var text: String
    /// The images that the model is shown, as data URLs.
    let images: [String]
    /// The text alone, in which attachments are named.
    let record: String

    init(of turn: Turn, showingImages: Bool, _ attendant: any TurnAttendant) async throws {
        let shown = showingImages ? TurnContent.shown(of: turn.attachments) : []
        let isAllShown = shown.count == turn.attachments.count
        let links = isAllShown ? [] : try await attendant.returnPath()?.files ?? []
        var lines = turn.text.isEmpty ? [] : [turn.text]
        for (index, attachment) in turn.attachments.enumerated() where !shown.contains(index) {
            lines.append(attachment.line(linking: links.indices.contains(index) ? links[index] : nil))
        }
        text = lines.joined(separator: "\n")
        images = try await TurnContent.read(shown.map { turn.attachments[$0] })
        let names = turn.attachments.map(\.mention)
        record = ((turn.text.isEmpty ? [] : [turn.text]) + names).joined(separator: "\n")
    }

    /// Finds the images that may be shown, by their places.
    private static func shown(of attachments: [Attachment]) -> [Int] {
        var size = 0
        return attachments.indices.filter { index in
            let image = attachments[index]
            guard imageTypes.contains(image.contentType), image.size <= largestImage, size + image.size <= allImages
            else { return false }
            size += image.size
            return true
        }
    }

    private static let imageTypes: Set = ["image/png", "image/jpeg", "image/gif", "image/webp"]
    private static let largestImage = 5 << 20
    private static let allImages = 20 << 20

    /// The images as data URLs.
    private static func read(_ images: [Attachment]) async throws -> [String] {
        guard !images.isEmpty else { return [] }
        do {
            return try await BlockingThreads.disk.run { () throws(FileError) in
                try images.map { image throws(FileError) in
                    let bytes = try ReadableFile(image.path).bytes(at: 0, atMost: image.size)
                    return "data:\(image.contentType);base64,\(Base64.encode(bytes))"
                }
            }
        } catch {
            throw AgentFailure(.transient, "an image that was sent cannot be read: \(error)".onOneLine())
        }
    }
}

extension Attachment {
    /// Makes the line for a model that does not see it.
    fileprivate func line(linking link: String?) -> String {
        "[\(kind.rawValue) \(name.onOneLine()), \(contentType), \(size) bytes\(link.map { ": \($0)" } ?? "")]"
    }

    /// The mention that is remembered: links die with the job.
    fileprivate var mention: String { "[\(kind.rawValue) \(name.onOneLine())]" }
}
