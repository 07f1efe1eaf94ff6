package import JSON
import Text

/// A frame that WeCom sent over a bot's long connection.
package enum BotFrame: Sendable, Equatable {
    /// A message, whose body is read as a `BotDocument`.
    case message(BotRequestID, JSONValue)
    /// An event, which is read alike.
    case event(BotRequestID, JSONValue)
    /// Another connection has taken the bot over: this one is dead, even if it goes on answering pings.
    case kick(reason: String?)
    /// An acknowledgement, if anything was asked under that id. Otherwise it means nothing to us.
    case answer(BotAnswer)
    /// Something that we have not heard of, by its command. It is no fault of the connection.
    case unknown(command: String?)
}

/// The answer to a command.
package struct BotAnswer: Sendable, Equatable {
    package let id: BotRequestID
    /// nil where it does not say: that is no success.
    package let code: ErrorCode?
    /// WeCom's words.
    package let message: String
    package let body: JSONValue?

    package init(_ id: BotRequestID, code: ErrorCode?, message: String = "", body: JSONValue? = nil) {
        self.id = id
        self.code = code
        self.message = message
        self.body = body
    }

    package var isSuccess: Bool { code == ErrorCode(0) }
}

extension BotFrame {
    package init(parsing bytes: [UInt8]) throws(InboundMessageError) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes, limits: .botDocument)
        } catch {
            throw .notJSON(error)
        }
        try self.init(json: json)
    }

    package init(json: JSONValue) throws(InboundMessageError) {
        let frame = try BotFields(json)
        let command = try frame.id("cmd")
        switch command {
        case "aibot_msg_callback", "aibot_callback":
            self = .message(try frame.requestID, try frame.body)
        case "aibot_event_callback":
            // Whatever else is missing from it, this one is not to be missed.
            if let event = json["body"]?["event"], event["eventtype"] == "disconnected_event" {
                self = .kick(reason: event["reason"]?.string?.shortened)
            } else {
                self = .event(try frame.requestID, try frame.body)
            }
        default:
            if let id = try frame.object("headers")?.id("req_id") {
                self = .answer(BotAnswer(BotRequestID(id), json))
            } else {
                self = .unknown(command: command?.shortened)
            }
        }
    }
}

extension BotFields {
    fileprivate var requestID: BotRequestID {
        get throws(InboundMessageError) { BotRequestID(try require("headers").requireID("req_id")) }
    }

    fileprivate var body: JSONValue {
        get throws(InboundMessageError) {
            guard let body = try value("body") else { throw .missing(path(of: "body")) }
            return body
        }
    }
}

extension BotAnswer {
    fileprivate init(_ id: BotRequestID, _ frame: JSONValue) {
        self.init(
            id, code: frame["errcode"]?.shortStringOrInteger.flatMap { Int64($0) }.map { ErrorCode($0) },
            message: frame["errmsg"]?.string?.cut(toCharacters: 500, bytes: 2000, mark: "") ?? "",
            body: frame["body"])
    }
}

extension BotFrame {
    /// The frame WeCom would send for this: what the simulator sends.
    package var json: JSONValue {
        switch self {
        case .message(let id, let body): BotFrame.callback("aibot_msg_callback", id, body)
        case .event(let id, let body): BotFrame.callback("aibot_event_callback", id, body)
        case .kick(let reason):
            [
                "cmd": "aibot_event_callback",
                "body": ["msgtype": "event", "event": InboundEvent.bot(.disconnected(reason: reason)).json],
            ]
        case .answer(let answer): answer.json
        case .unknown(let command): .object(command.map { [.init("cmd", .string($0))] } ?? [])
        }
    }

    private static func callback(_ name: String, _ id: BotRequestID, _ body: JSONValue) -> JSONValue {
        ["cmd": .string(name), "headers": ["req_id": .string(id.text)], "body": body]
    }
}

extension BotAnswer {
    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = [.init("headers", ["req_id": .string(id.text)])]
        if let code { members += [.init("errcode", .integer(code.number)), .init("errmsg", .string(message))] }
        if let body { members.append(.init("body", body)) }
        return .object(members)
    }
}
