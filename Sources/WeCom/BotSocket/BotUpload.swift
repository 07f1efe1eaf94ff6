import Crypto
package import JSON
import Text

/// A file that goes to WeCom over a bot's long connection, in pieces that are numbered from 0.
package struct BotUpload: Sendable, Equatable {
    /// WeCom's name for an upload that has begun. It is good for half an hour, over whichever connection.
    package struct ID: Sendable, Hashable {
        package let text: String
        package init(_ text: String) { self.text = text }
    }

    package static let chunkSize = 512 << 10
    package static let maxChunks = 100
    /// A larger picture is refused by some of WeCom's, and goes as a file then.
    package static let surePictureSize = 2 << 20
    /// The waits before a chunk that failed is sent again.
    package static let pauses: [Duration] = [.milliseconds(500), .seconds(1)]

    package let kind: UploadKind
    package let name: SafeFileName
    package let size: Int
    /// The MD5 of the whole file in hex, by which WeCom finds damage.
    package let md5: String

    package init(_ kind: UploadKind, named name: SafeFileName, size: Int, md5: [UInt8]) throws(UploadFault) {
        guard size >= UploadKind.minSize else { throw .tooSmall(size: size) }
        guard size <= kind.maxSize else { throw .tooLarge(size: size, limit: kind.maxSize) }
        self.kind = kind
        self.name = name
        self.size = size
        self.md5 = md5.hexText
    }

    /// One that goes as these bytes.
    package init(_ kind: UploadKind, named name: SafeFileName, of bytes: [UInt8]) throws(UploadFault) {
        try self.init(kind, named: name, size: bytes.count, md5: Crypto.md5(bytes))
    }

    package var chunkCount: Int { (size + Self.chunkSize - 1) / Self.chunkSize }

    /// The bytes of the file that a chunk holds; all chunks but the last are of the same size.
    package func bytes(ofChunk index: Int) -> Range<Int> {
        precondition((0..<chunkCount).contains(index), "a chunk is one of the file's")
        return index * Self.chunkSize..<min(size, (index + 1) * Self.chunkSize)
    }

    /// The number of chunks that may be under way at once: WeCom refuses more as a system error.
    package var chunksAtOnce: Int {
        switch chunkCount {
        case ...4: 4
        case ...10: 3
        default: 2
        }
    }
}

extension BotUpload {
    var json: JSONValue {
        [
            "type": .string(kind.rawValue), "filename": .string(name.text), "total_size": .integer(Int64(size)),
            "total_chunks": .integer(Int64(chunkCount)), "md5": .string(md5),
        ]
    }
}

extension BotUpload.ID {
    /// Reads the answer to the command that begins an upload.
    package init?(_ body: JSONValue?) {
        guard let id = body?["upload_id"]?.shortString?.nonEmpty else { return nil }
        self.init(id)
    }

    func json(of bytes: [UInt8], _ index: Int) -> JSONValue {
        [
            "upload_id": .string(text), "chunk_index": .integer(Int64(index)),
            "base64_data": .string(Base64.encode(bytes)),
        ]
    }
}

extension MediaID {
    /// Reads the answer to the command that ends an upload. The file can be sent for three days.
    package init?(uploaded body: JSONValue?) {
        guard let id = body?["media_id"]?.string?.nonEmpty, id.utf8.count <= BotFields.longestID else { return nil }
        self.init(id)
    }
}
