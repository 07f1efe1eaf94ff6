import JSON
import Router
import WeCom

/// A message as a program asks for it: WeCom's own JSON of it, with the app that is to send it, and perhaps a file in place
/// of a media id.
struct MessageRequest: Sendable {
    let endpoint: Endpoint
    let address: ReplyAddress
    private let content: Content

    private enum Content {
        case message(OutboundMessage)
        case file(UploadRequest, Part.Marks)
    }

    /// The largest that WeCom takes is `mpnews` of eight articles; no other comes near it.
    static let maxBytes = 8 << 20

    init(_ json: JSONValue, _ directory: AppDirectory) throws {
        guard case .object(let members) = json else {
            throw MessageFault(field: "", problem: .wrongKind(wanted: "an object"))
        }
        endpoint = try MessageRequest.endpoint(members, directory)
        let uploads = members.filter { $0.name == "upload" }
        let defaults = directory[endpoint]?.conduct.sendDefaults ?? SendDefaults()
        let rest = defaults.filling(nested(members.filter { $0.name != "app" && $0.name != "upload" }))
        let message: OutboundMessage
        if let upload = uploads.first {
            guard uploads.count == 1 else { throw MessageFault(field: "upload", problem: .standsTwice) }
            let request = try UploadRequest(upload.value, in: rest)
            message = try OutboundMessage(json: .object(rest + [request.standIn]))
            try message.validate()
            content = .file(request, Part.Marks(message))
        } else {
            message = try OutboundMessage(json: .object(rest))
            try message.validate()
            try MessageRequest.checkSize(message)
            content = .message(message)
        }
        address = ReplyAddress(message.to)
    }

    /// Makes what goes into the outbox; a file that came along is kept first.
    func body(keepingFilesIn blobs: BlobFolder) async throws -> Part.Body {
        switch content {
        case .message(let message):
            .message(message.content, .init(message))
        case .file(let upload, let marks): .file(try await upload.kept(in: blobs), marks)
        }
    }

    private static func endpoint(_ members: [JSONValue.Member], _ directory: AppDirectory) throws -> Endpoint {
        let names = members.filter { $0.name == "app" }.map(\.value)
        guard names.count <= 1 else { throw MessageFault(field: "app", problem: .standsTwice) }
        let apps = directory.apps.filter { $0.key != nil }
        if names.isEmpty, apps.count == 1, let only = apps.first { return only.endpoint }
        guard let name = names.first else { throw MessageFault(field: "app", problem: .missing) }
        guard let text = name.string else { throw MessageFault(field: "app", problem: .wrongKind(wanted: "a string")) }
        guard let app = directory[named: text] ?? Endpoint(text).flatMap({ directory[$0] }) else {
            throw MessageFault(
                field: "app",
                problem: .unfit(
                    "names no app of the configuration: \(hint(for: text, among: apps.map(\.name)))"))
        }
        guard app.key != nil else {
            throw MessageFault(
                field: "app", problem: .unfit("names the bot \(app.name), which can only answer: send through an app"))
        }
        return app.endpoint
    }

    /// Some texts of cards have no limit of their own.
    private static func checkSize(_ message: OutboundMessage) throws {
        let size = message.json.bytes.count
        guard size <= maxBytes else { throw MessageFault(field: "", problem: .tooManyBytes(size, limit: maxBytes)) }
    }
}

extension ReplyAddress {
    /// One person has a conversation of their own; several share one.
    fileprivate init(_ recipients: Recipients) {
        let isOne = Set(recipients.users).count == 1 && recipients.parties.isEmpty && recipients.tags.isEmpty
        self = isOne ? .user(recipients.users[0]) : .many(recipients)
    }
}
