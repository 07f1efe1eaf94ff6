import Crypto
package import JSON
import WeCom

// How parts are written in a store, the same in each.

extension Part {
    package var json: JSONValue {
        .object(
            [JSONValue.Member("to", address.json), body.member]
                + (card.map { [JSONValue.Member("below", $0.json)] } ?? []))
    }

    package init?(json: JSONValue) {
        guard let address = json["to"].flatMap(ReplyAddress.init(json:)), let body = Body(json) else { return nil }
        self.init(to: address, body)
        card = json["below"].map(TemplateCard.init(stored:))
    }

    /// Reads what a row has.
    package init?(storedAs text: String) {
        guard let json = JSONValue(storedAs: text) else { return nil }
        self.init(json: json)
    }

    /// 16 bytes by which an identical part to the same person is known again, however the person's id was spelled.
    package var digest: [UInt8] {
        let meant: [JSONValue.Member] = if case .many = address.target { [.init("to", address.json)] } else { [] }
        // WeCom looks at what people see: whether it is to look is no part of that.
        return Array(sha256(JSONValue.object(meant + [body.withoutDuplicateCheck.member]).bytes).prefix(16))
    }
}

extension Part.Body {
    package var kind: Part.Kind {
        switch self {
        case .message, .file: .message
        case .recall: .recall
        case .cardUpdate: .cardUpdate
        }
    }

    fileprivate var withoutDuplicateCheck: Self {
        switch self {
        case .message(let content, var marks):
            marks.duplicateCheck = nil
            return .message(content, marks)
        case .file(let file, var marks):
            marks.duplicateCheck = nil
            return .file(file, marks)
        case .recall, .cardUpdate: return self
        }
    }

    fileprivate var member: JSONValue.Member {
        switch self {
        case .message(let content, let marks): .init("message", marks.message(content).json)
        case .file(let file, let marks):
            .init(
                "file",
                .object(
                    [
                        .init("blob", .string(file.blob.text)), .init("name", .string(file.name)),
                        .init("size", .integer(Int64(file.size))), .init("kind", .string(file.kind.rawValue)),
                    ] + (marks.safe.map { [.init("safe", .integer($0.rawValue))] } ?? [])
                        + (marks.duplicateCheck?.members ?? [])))
        case .recall(let delivery): .init("recall", .string(delivery.description))
        case .cardUpdate(let update): .init("card_update", update.json)
        }
    }

    fileprivate init?(_ json: JSONValue) {
        if let message = json["message"] {
            guard let message = try? OutboundMessage(json: message) else { return nil }
            self = .message(message.content, .init(message))
        } else if let file = json["file"] {
            guard let outgoing = OutgoingFile(file) else { return nil }
            self = .file(
                outgoing,
                .init(
                    safe: file["safe"]?.integer.flatMap(OutboundMessage.Safe.init),
                    duplicateCheck: OutboundMessage.DuplicateCheck(file)))
        } else if let delivery = json["recall"]?.string.flatMap({ DeliveryID($0) }) {
            self = .recall(of: delivery)
        } else if let update = json["card_update"].flatMap({ try? CardUpdate(json: $0) }) {
            self = .cardUpdate(update)
        } else {
            return nil
        }
    }
}

extension Part.Marks {
    /// The message but for its recipients.
    func message(_ content: OutboundMessage.Content, to recipients: Recipients = .these()) -> OutboundMessage {
        OutboundMessage(
            to: recipients, content, safe: safe, translatesIDs: translatesIDs, duplicateCheck: duplicateCheck)
    }
}

extension OutgoingFile {
    fileprivate init?(_ json: JSONValue) {
        guard let blob = json["blob"]?.string.flatMap(BlobID.init), let name = json["name"]?.string,
            let size = json["size"]?.integer, let kind = json["kind"]?.string.flatMap(UploadKind.init)
        else { return nil }
        self.init(blob: blob, name: name, size: Int(size), kind: kind)
    }
}
