import JSON
import WeCom

/// A command of a bot, as WeCom reads it.
struct FakeBotCommand: Sendable {
    let name: String
    let id: String
    let body: JSONValue

    /// Nil for what WeCom does not answer.
    init?(_ bytes: [UInt8]) {
        guard let json = try? JSONValue(parsing: bytes), let name = json["cmd"]?.string,
            let id = json["headers"]?["req_id"]?.string, !id.isEmpty
        else { return nil }
        (self.name, self.id, body) = (name, id, json["body"] ?? .null)
    }

    var kind: BotCommand.Name? { BotCommand.Name(rawValue: name) }

    /// The name that orders of faults have for it.
    var call: Faults.Call {
        switch kind {
        case .subscribe: .botSubscription
        case .ping: .botHeartbeat
        case .respond, .welcome, .updateCard, nil: .botReply
        case .send: .botMessage
        case .beginUpload, .uploadChunk, .finishUpload: .botUpload
        }
    }
}
