package import JSON
import Text

/// A server's report of its failure, in whichever of the usual shapes.
package struct ServerComplaint: Sendable, Equatable {
    /// The text for people; empty where it says nothing.
    package let message: String
    /// The machine's words for it: the error's code, which says most, and its type.
    package let words: [String]

    /// A body: JSON, the first frame of an event stream, or plain text. Of one that is too long to be a complaint, only
    /// the beginning is looked at.
    package init(body whole: [UInt8]) {
        let body = whole.count > ServerComplaint.longest ? Array(whole.prefix(ServerComplaint.longest)) : whole
        if let json = try? JSONValue(parsing: body) {
            self.init(json)
        } else if let frame = ServerComplaint.firstFrame(of: body) {
            self.init(frame)
        } else {
            let text = String(decoding: body, as: UTF8.self)
            self.init(message: text.withoutSpaceAround.begins(with: "<") ? "" : text)
        }
    }

    /// `{"error":{…}}`, `{"error":"text"}`, `{"detail":…}`, `{"message":"text"}`, or a text alone.
    package init(_ json: JSONValue) {
        if let error = json["error"], error.isTruthy {
            self.init(error: error)
        } else if let detail = json["detail"] {
            self.init(message: ServerComplaint.text(of: detail))
        } else {
            self.init(error: json)
        }
    }

    private init(error: JSONValue) {
        let words = [error["code"], error["type"], error["status"]].compactMap { $0?.shortStringOrInteger }
        self.init(
            message: error.string ?? error["message"].map(ServerComplaint.text(of:)) ?? words.joined(separator: ", "),
            words: words)
    }

    private init(message: String, words: [String] = []) {
        self.message = message
        self.words = words.map { $0.lowercasedASCII }
    }

    /// Validation errors come as a list of objects.
    private static func text(of value: JSONValue) -> String {
        if let list = value.array { return list.prefix(5).map(text(of:)).joined(separator: "; ") }
        return value.string ?? value["msg"]?.string ?? value["message"]?.string ?? value.text
    }

    private static let longest = 64 << 10

    private static func firstFrame(of body: [UInt8]) -> JSONValue? {
        var stream = ServerSentEvents()
        guard let events = try? stream.receive(body + Array("\n\n".utf8)), let first = events.first else { return nil }
        return try? JSONValue(parsing: Array(first.data.utf8))
    }
}

extension JSONValue {
    /// True if a program that asks for it with `if` would find something.
    var isTruthy: Bool {
        switch self {
        case .null: false
        case .bool(let flag): flag
        case .integer(let number): number != 0
        case .number(let number): number != 0
        case .string(let text): !text.isEmpty
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        }
    }
}
