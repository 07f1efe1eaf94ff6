package import JSON
package import System

/// A document that an AI bot gets: the plaintext of a callback, or the body of a frame of the long connection.
package enum BotDocument: Sendable, Equatable {
    /// Words of somebody, or an event.
    case message(InboundMessage)
    case poll(StreamPoll)

    /// Reads a decrypted document. `now` is when it came.
    package init(parsing document: [UInt8], receivedAt now: Timestamp) throws(InboundMessageError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: document, limits: .botDocument)
        } catch {
            throw .notJSON(error)
        }
        try self.init(json: json, receivedAt: now)
    }

    package init(json: JSONValue, receivedAt now: Timestamp) throws(InboundMessageError) {
        let fields = try BotFields(json)
        switch try fields.requireID("msgtype") {
        case "stream": self = .poll(try StreamPoll(fields))
        case let type: self = .message(try InboundMessage(type: type, fields, receivedAt: now))
        }
    }
}

/// WeCom's question how far a stream has come, which it puts again and again until the stream ends.
package struct StreamPoll: Sendable, Equatable {
    package let stream: String
    package let botID: BotID?
    package let chat: InboundMessage.Chat
    package let from: UserID?
}

extension StreamPoll {
    init(_ fields: BotFields) throws(InboundMessageError) {
        _ = try fields.requireID("msgid")
        stream = try fields.require("stream").requireID("id")
        botID = try fields.id("aibotid").map { BotID($0) }
        chat = try InboundMessage.Chat(fields)
        from = try fields.object("from")?.id("userid").map { UserID($0) }
    }
}

extension JSONLimits {
    /// A document has a dozen members; what is long in it is text.
    package static let botDocument = JSONLimits(depth: 32, base: 64 << 10, perByte: 4, most: 8 << 20)
}
