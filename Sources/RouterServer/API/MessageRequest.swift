import JSON
import Router
import Text
import WeCom

/// A message as a program asks for it: WeCom's own JSON of it, with the app or bot that is to send it, and perhaps a file in
/// place of a media id.
struct MessageRequest: Sendable {
    let endpoint: Endpoint
    let address: ReplyAddress
    /// It goes over a connection that only a running server has.
    let needsServer: Bool
    private let content: Content

    private enum Content {
        case message(OutboundMessage.Content, Part.Marks)
        case file(UploadRequest, Part.Marks)
    }

    /// The largest that WeCom takes is `mpnews` of eight articles; no other comes near it.
    static let maxBytes = 8 << 20

    init(_ json: JSONValue, _ directory: AppDirectory) throws {
        guard case .object(let members) = json else {
            throw MessageFault(field: "", problem: .wrongKind(wanted: "an object"))
        }
        let sender = try MessageSender(among: directory).find(members)
        let uploads = members.filter { $0.name == "upload" }
        guard uploads.count <= 1 else { throw MessageFault(field: "upload", problem: .standsTwice) }
        let named = MessageRequest.named(members)
        let defaults = sender.conduct.sendDefaults
        endpoint = sender.endpoint
        if sender.key == nil {
            let message = try BotMessage(
                defaults.fillingRecipients(of: named), uploads.first?.value, by: sender)
            address = ReplyAddress(message.target, by: [Way(.push)])
            content =
                switch message.content {
                case .message(let content): .message(content, Part.Marks())
                case .file(let file): .file(file, Part.Marks())
                }
            needsServer = true
        } else {
            let message: OutboundMessage
            (message, content) = try MessageRequest.read(defaults.filling(named), uploads.first?.value)
            address = ReplyAddress(message.to)
            needsServer = false
        }
    }

    /// The message itself, in WeCom's form, without what says who sends it and what comes along.
    private static func named(_ members: [JSONValue.Member]) -> [JSONValue.Member] {
        let own = ["app", "bot", "chat", "upload"]
        let chats = members.filter { $0.name.isSame(as: "chat") }
        return chats + nested(members.filter { member in !own.contains { $0.isSame(as: member.name) } })
    }

    /// Reads the message of an app.
    private static func read(
        _ members: [JSONValue.Member], _ upload: JSONValue?
    ) throws -> (OutboundMessage, Content) {
        if let upload {
            let request = try UploadRequest(upload, in: members)
            let message = try OutboundMessage(json: .object(members + [request.standIn]))
            try message.validate()
            return (message, .file(request, Part.Marks(message)))
        }
        let message = try OutboundMessage(json: .object(members))
        try message.validate()
        try checkSize(message)
        return (message, .message(message.content, Part.Marks(message)))
    }

    /// Makes what goes into the outbox; a file that came along is kept first.
    func body(keepingFilesIn blobs: BlobFolder) async throws -> Part.Body {
        switch content {
        case .message(let content, let marks): .message(content, marks)
        case .file(let upload, let marks): .file(try await upload.kept(in: blobs), marks)
        }
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
