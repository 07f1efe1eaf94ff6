import Crypto
import HTTP
import System
import Text

/// The body of an upload: fields, and the file, whose bytes come from the disk while they are sent.
package struct MultipartFile: HTTPBodySource {
    package let contentType: String
    private let head: [UInt8]
    private let file: ReadableFile
    private let tail: [UInt8]

    /// Names go as they are, in UTF-8: whether WeCom reads any other form of them nobody could say.
    ///
    /// WeCom wants the file as `media`, with its length; others have other names for it, and no use for the length.
    package init(
        _ upload: UploadFile, as name: String = "media", tellingLength: Bool = true,
        fields: [(name: String, value: String)] = []
    ) {
        let boundary = "wecom-router-" + randomBytes(16).hexText
        contentType = "multipart/form-data; boundary=\(boundary)"
        let first = fields.map { field in
            "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
        }
        let length = tellingLength ? "; filelength=\(upload.size)" : ""
        head =
            Array(
                first.joined().utf8)
            + Array(
                """
                --\(boundary)\r
                Content-Disposition: form-data; name="\(name)"; filename="\(upload.name)"\(length)\r
                Content-Type: \(upload.type.contentType)\r
                \r\n
                """.utf8)
        file = upload.file
        tail = Array("\r\n--\(boundary)--\r\n".utf8)
    }

    package var size: Int { head.count + file.size + tail.count }

    package func bytes(at offset: Int, atMost count: Int) throws -> [UInt8] {
        if offset < head.count { return Array(head[offset...].prefix(count)) }
        let inFile = offset - head.count
        guard inFile < file.size else { return Array(tail[(inFile - file.size)...].prefix(count)) }
        let bytes = try file.bytes(at: inFile, atMost: min(count, file.size - inFile))
        guard !bytes.isEmpty else { throw FileError(path: file.path, reason: "became shorter while it was sent") }
        return bytes
    }
}
