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
    /// Its number among all that came with its job, from 1 on, what could not be fetched included. Links name it so.
    package var number = 1

    package init(_ kind: SentMedia.Kind, path: String, name: String, contentType: String, size: Int) {
        self.kind = kind
        self.path = path
        self.name = name
        self.contentType = contentType
        self.size = size
    }
}
