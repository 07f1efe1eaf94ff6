/// Something that came with a message, fetched: it lies on our disk.
package struct Attachment: Sendable, Equatable {
    package let path: String
    /// The sender's name for it, made safe.
    package let name: String
    /// The type as in `image/jpeg`, by what it holds.
    package let contentType: String
    package let size: Int
    /// The kind that WeCom gave it: a picture, a recording, a video, a file.
    package let kind: SentMedia.Kind

    package init(_ kind: SentMedia.Kind, path: String, name: String, contentType: String, size: Int) {
        self.kind = kind
        self.path = path
        self.name = name
        self.contentType = contentType
        self.size = size
    }
}
