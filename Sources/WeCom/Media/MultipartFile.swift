import Crypto
import HTTP
import System
import Text

/// The body of an upload: one part, whose bytes come from the file while they are sent.
struct MultipartFile: HTTPBodySource {
    let contentType: String
    private let head: [UInt8]
    private let file: ReadableFile
    private let tail: [UInt8]

    /// Names go as they are, in UTF-8: whether WeCom reads any other form of them nobody could say.
    init(_ upload: UploadFile) {
        let boundary = "wecom-router-" + randomBytes(16).hexText
        contentType = "multipart/form-data; boundary=\(boundary)"
        head = Array(
            """
            --\(boundary)\r
            Content-Disposition: form-data; name="media"; filename="\(upload.name)"; filelength=\(upload.size)\r
            Content-Type: \(upload.type.contentType)\r
            \r\n
            """.utf8)
        file = upload.file
        tail = Array("\r\n--\(boundary)--\r\n".utf8)
    }

    var size: Int { head.count + file.size + tail.count }

    func bytes(at offset: Int, atMost count: Int) throws -> [UInt8] {
        if offset < head.count { return Array(head[offset...].prefix(count)) }
        let inFile = offset - head.count
        guard inFile < file.size else { return Array(tail[(inFile - file.size)...].prefix(count)) }
        let bytes = try file.bytes(at: inFile, atMost: min(count, file.size - inFile))
        guard !bytes.isEmpty else { throw FileError(path: file.path, reason: "became shorter while it was sent") }
        return bytes
    }
}
