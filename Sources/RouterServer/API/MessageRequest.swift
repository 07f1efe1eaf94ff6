import Crypto
import JSON
import Router
import System
import WeCom

/// A message as a program asks for it: WeCom's own JSON of it, with the app that is to send it, and perhaps a file in place
/// of a media id.
struct MessageRequest {
    let app: AppKey
    let address: ReplyAddress
    private let content: Content

    private enum Content {
        case message(OutboundMessage)
        case file(Upload, UploadKind, Part.Marks)
    }

    private struct Upload {
        let name: String
        let bytes: [UInt8]
    }

    init(_ json: JSONValue, _ directory: AppDirectory) throws {
        guard case .object(let members) = json else {
            throw MessageFault(field: "", problem: .wrongKind(wanted: "an object"))
        }
        let own: Set = ["app", "upload"]
        let rest = members.filter { !own.contains($0.name) }
        app = try MessageRequest.app(json["app"], directory)
        if let upload = json["upload"] {
            (content, address) = try MessageRequest.upload(upload, rest)
        } else {
            let message = try OutboundMessage(json: .object(rest))
            try message.validate()
            content = .message(message)
            address = ReplyAddress(message.to)
        }
    }

    /// What goes into the outbox; a file that came along is kept first.
    func body(keepingFilesIn blobs: BlobFolder) async throws -> Part.Body {
        switch content {
        case .message(let message):
            return .message(message.content, .init(safe: message.safe, translatesIDs: message.translatesIDs))
        case .file(let upload, let kind, let marks):
            let kept = try await blobs.keep(upload.bytes)
            let file = try await UploadFile(opening: blobs.path(of: kept.id), named: upload.name)
            guard try kind == .file || file.fittingKind() == kind else {
                throw MessageFault(
                    field: "upload.data",
                    problem: .unfit("is nothing that WeCom takes for \(kind): it is \(file.type.contentType)"))
            }
            return .file(OutgoingFile(blob: kept.id, name: file.name.text, size: kept.size, kind: kind), marks)
        }
    }

    private static func app(_ name: JSONValue?, _ directory: AppDirectory) throws -> AppKey {
        if name == nil, directory.apps.count == 1, let only = directory.apps.first { return only.key }
        guard let name else { throw MessageFault(field: "app", problem: .missing) }
        guard let text = name.string else { throw MessageFault(field: "app", problem: .wrongKind(wanted: "a string")) }
        let app = directory[named: text] ?? AppKey(text).flatMap { directory[$0] }
        guard let app else {
            throw MessageFault(
                field: "app",
                problem: .unfit("names no app: \(hint(for: text, among: directory.apps.map(\.name)))"))
        }
        return app.key
    }

    private static func upload(
        _ json: JSONValue, _ rest: [JSONValue.Member]
    ) throws -> (Content, ReplyAddress) {
        guard case .object(let fields) = json else {
            throw MessageFault(field: "upload", problem: .wrongKind(wanted: "an object"))
        }
        if let stray = fields.first(where: { $0.name != "name" && $0.name != "data" }) {
            throw MessageFault(field: "upload.\(stray.name.prefix(64))", problem: .unknownField)
        }
        guard let name = json["name"]?.string, !name.isEmpty else {
            throw MessageFault(field: "upload.name", problem: .missing)
        }
        guard let bytes = json["data"]?.string.flatMap({ Base64.decode($0) }) else {
            throw MessageFault(field: "upload.data", problem: .wrongKind(wanted: "the file's bytes in base64"))
        }
        let limit = UploadKind.file.maxSize
        guard bytes.count >= UploadKind.minSize, bytes.count <= limit else {
            throw MessageFault(field: "upload.data", problem: .tooManyBytes(bytes.count, limit: limit))
        }
        let type = rest.first { $0.name == "msgtype" }?.value.string ?? ""
        guard let kind = UploadKind(rawValue: type) else {
            throw MessageFault(field: "msgtype", problem: .noChoice(among: UploadKind.allCases.map(\.rawValue)))
        }
        // The media id is WeCom's to give; everything else about the message is checked as if it were there.
        let message = try OutboundMessage(
            json: .object(rest + [.init(type, ["media_id": "pending"])]))
        try message.validate()
        let marks = Part.Marks(safe: message.safe, translatesIDs: message.translatesIDs)
        return (.file(Upload(name: name, bytes: bytes), kind, marks), ReplyAddress(message.to))
    }
}

extension ReplyAddress {
    /// One person has a conversation of their own; several share one.
    fileprivate init(_ recipients: Recipients) {
        self = recipients.onlyUser.map(ReplyAddress.user) ?? .many(recipients)
    }
}
