import JSON
import WeCom

/// The answer to a callback of a bot, opened and checked as WeCom does.
struct BotAnswer {
    /// The occasion, which decides what may be said.
    enum Occasion { case message, poll, entered, pressed, other }

    let type: String
    let text: String
    let stream: String?
    let isFinished: Bool
    let pictures: [[UInt8]]
    /// The id by which people may rate it.
    let feedback: String?
    /// The document, for what is in it besides.
    let json: JSONValue

    /// Throws a sentence of what is wrong. Nil for an empty answer, which shows nothing.
    init?(_ body: [UInt8], to callback: Callback, of bot: FakeBot, on occasion: Occasion) throws(BotAnswerFault) {
        if body.isEmpty { return nil }
        guard let envelope = try? JSONValue(parsing: body), let encrypted = envelope["encrypt"]?.string,
            let signature = envelope["msgsignature"]?.string, let nonce = envelope["nonce"]?.string,
            let timestamp = envelope["timestamp"]?.integer
        else { throw BotAnswerFault("the envelope is not encrypt, msgsignature, timestamp and nonce") }
        guard nonce == callback.nonce else { throw BotAnswerFault("the nonce is another than the callback's") }
        let sealed = Callback(
            signature: signature, timestamp: String(timestamp), nonce: nonce, encrypted: encrypted)
        guard let verified = bot.keys.verified(sealed), let opened = try? verified.open(with: bot.keys) else {
            throw BotAnswerFault("the answer is not sealed by the bot's keys")
        }
        guard opened.receiver.isEmpty, let json = try? JSONValue(parsing: opened.message) else {
            throw BotAnswerFault("the answer is sealed for somebody else, or holds no JSON")
        }
        try self.init(json, on: occasion)
    }

    private init(_ json: JSONValue, on occasion: Occasion) throws(BotAnswerFault) {
        self.json = json
        type = json["msgtype"]?.string ?? ""
        switch (occasion, type) {
        case (.entered, "text"):
            guard let text = json["text"]?["content"]?.string else { throw BotAnswerFault("a text without content") }
            self.text = text
            (stream, isFinished, pictures, feedback) = (nil, true, [], nil)
        case (.entered, "template_card"), (.message, "template_card"), (.pressed, ""):
            (text, stream, isFinished, pictures, feedback) = ("", nil, true, [], nil)
        case (.message, "stream"), (.poll, "stream"), (.message, BotAnswer.withCard), (.poll, BotAnswer.withCard):
            guard let id = json["stream"]?["id"]?.string, !id.isEmpty else {
                throw BotAnswerFault("a stream without id")
            }
            text = json["stream"]?["content"]?.string ?? ""
            guard text.utf8.count <= 20_480 else { throw BotAnswerFault("a text of \(text.utf8.count) bytes") }
            stream = id
            do throws(Refusal) {
                feedback = try feedbackID(in: json["stream"])
            } catch { throw BotAnswerFault(error.message) }
            isFinished = json["stream"]?["finish"]?.bool ?? false
            pictures = try BotAnswer.pictures(of: json["stream"] ?? .null, isLast: isFinished)
        default: throw BotAnswerFault("an answer of the type \(type), which is not taken here")
        }
    }

    private static let withCard = "stream_with_template_card"

    /// There is a card in it, or should be.
    var hasCard: Bool { type == BotAnswer.withCard || type == "template_card" }
}

struct BotAnswerFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
