import JSON
import Text

extension WeComClient {
    /// The answer of WeCom to a message it took. That it took it does not mean that everybody gets it.
    package struct Receipt: Sendable, Equatable {
        /// The id for recalling the message.
        package let messageID: String?
        /// The code for updating the card, once, within 72 hours; cards that can be answered have one.
        package let responseCode: String?
        package let unreached: Unreached

        package init(messageID: String?, responseCode: String? = nil, unreached: Unreached = Unreached()) {
            self.messageID = messageID
            self.responseCode = responseCode
            self.unreached = unreached
        }
    }
}

extension WeComClient.Receipt {
    init(_ answer: JSONValue) {
        messageID = answer["msgid"]?.stringOrInteger
        responseCode = answer["response_code"]?.string?.nonEmpty
        unreached = Unreached(
            users: names("invaliduser", in: answer).map { UserID($0) },
            parties: names("invalidparty", in: answer).compactMap { Int64($0) },
            tags: names("invalidtag", in: answer).compactMap { Int64($0) },
            unlicensed: names("unlicenseduser", in: answer).map { UserID($0) })
    }
}

/// A list of an answer: joined by `|` from `message/send`, a list from `message/update_template_card`.
func names(_ field: String, in answer: JSONValue) -> [String] {
    let names = answer[field]?.array?.compactMap(\.stringOrInteger) ?? [answer[field]?.stringOrInteger ?? ""]
    return names.flatMap { $0.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "|") }.map { String($0) } }
}
