import Crypto
import JSON
import System
import Text
import WeCom

/// The files that bots upload in pieces, and those that they have uploaded.
struct BotUploadDesk {
    private struct Upload {
        let bot: BotID
        let kind: UploadKind
        let name: String
        let size: Int
        let chunks: Int
        let md5: String?
        let began: MonotonicTime
        var pieces: [Int: [UInt8]] = [:]
    }

    private struct File {
        let bot: BotID
        let shown: Bubble.File
        let bytes: [UInt8]
        let kept: MonotonicTime
    }

    private var uploads: [String: Upload] = [:]
    private var files: [MediaID: File] = [:]
    /// The files, the oldest first.
    private var order: [MediaID] = []
    private var held = 0

    private static let uploadLife = Duration.seconds(1800)
    private static let fileLife = Duration.seconds(3 * 24 * 3600)
    private static let mostUploads = 16
    private static let mostHeld = 256 << 20
    private static let longestName = 256
    private static let minSize = 5

    mutating func begin(
        _ body: JSONValue, _ bot: BotID, _ now: MonotonicTime, pictureLimit: Int
    ) throws(Refusal) -> JSONValue {
        guard let kind = body["type"]?.string.flatMap({ UploadKind(rawValue: $0) }) else {
            throw Refusal(40004, "invalid media type")
        }
        guard let name = body["filename"]?.string, (1...Self.longestName).contains(name.utf8.count) else {
            throw Refusal(40058, "invalid filename")
        }
        let size = Int(body["total_size"]?.integer ?? 0)
        guard size >= Self.minSize else { throw Refusal(40006, "media is too small") }
        guard size <= (kind == .image ? pictureLimit : kind.maxSize) else {
            throw Refusal(45001, "media size out of limit")
        }
        let chunks = Int(body["total_chunks"]?.integer ?? 0)
        guard (1...BotUpload.maxChunks).contains(chunks) else { throw Refusal(40058, "invalid total_chunks") }
        uploads = uploads.filter { now.since($0.value.began) < Self.uploadLife }
        guard uploads.count < Self.mostUploads else { throw Refusal(-1, "system error") }
        let id = "upload-" + randomBytes(12).hexText
        uploads[id] = Upload(
            bot: bot, kind: kind, name: name, size: size, chunks: chunks, md5: body["md5"]?.string, began: now)
        return .success(.init("body", ["upload_id": .string(id)]))
    }

    /// Takes a piece, in any order and as often as it comes.
    mutating func add(_ body: JSONValue, _ bot: BotID, _ now: MonotonicTime) throws(Refusal) -> JSONValue {
        let (id, upload) = try upload(body, bot, now)
        guard let index = body["chunk_index"]?.integer.map({ Int($0) }), (0..<upload.chunks).contains(index) else {
            throw Refusal(40058, "invalid chunk_index")
        }
        guard let bytes = body["base64_data"]?.string.flatMap({ Base64.decode($0) }),
            (1...BotUpload.chunkSize).contains(bytes.count)
        else { throw Refusal(40058, "invalid base64_data") }
        uploads[id]?.pieces[index] = bytes
        return .success()
    }

    mutating func finish(
        _ body: JSONValue, _ bot: BotID, _ now: MonotonicTime
    ) throws(Refusal) -> (type: String, media: String) {
        let (id, upload) = try upload(body, bot, now)
        var bytes: [UInt8] = []
        for index in 0..<upload.chunks {
            guard let piece = upload.pieces[index] else { throw Refusal(40058, "chunk \(index) is missing") }
            let isLast = index == upload.chunks - 1
            guard isLast || piece.count == upload.pieces[0]?.count else {
                throw Refusal(40058, "chunk \(index) is of another size")
            }
            bytes += piece
        }
        guard bytes.count == upload.size else { throw Refusal(40058, "total_size is another") }
        if let md5 = upload.md5, md5 != Crypto.md5(bytes).hexText { throw Refusal(40058, "md5 is another") }
        uploads[id] = nil
        let media = MediaID("media-" + randomBytes(12).hexText)
        let shown = Bubble.File(kind: upload.kind, name: upload.name, size: bytes.count, media: media)
        keep(File(bot: bot, shown: shown, bytes: bytes, kept: now))
        return (upload.kind.rawValue, media.text)
    }

    private mutating func keep(_ file: File) {
        files[file.shown.media] = file
        order.append(file.shown.media)
        held += file.bytes.count
        while held > Self.mostHeld, order.count > 1 {
            held -= files.removeValue(forKey: order.removeFirst())?.bytes.count ?? 0
        }
    }

    func bytes(of file: Bubble.File) -> [UInt8]? { files[file.media]?.bytes }

    func file(
        _ media: String, as kind: UploadKind, _ bot: BotID, _ now: MonotonicTime
    ) throws(Refusal) -> Bubble.File {
        guard let file = files[MediaID(media)], file.bot == bot, now.since(file.kept) < Self.fileLife else {
            throw Refusal(40007, "invalid media_id")
        }
        guard file.shown.kind == kind else { throw Refusal(40004, "invalid media type") }
        return file.shown
    }

    private func upload(
        _ body: JSONValue, _ bot: BotID, _ now: MonotonicTime
    ) throws(Refusal) -> (id: String, upload: Upload) {
        let id = body["upload_id"]?.string ?? ""
        guard let upload = uploads[id], upload.bot == bot, now.since(upload.began) < Self.uploadLife else {
            throw Refusal(40058, "invalid upload_id")
        }
        return (id, upload)
    }
}
