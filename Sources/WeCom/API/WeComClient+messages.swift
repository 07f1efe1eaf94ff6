import HTTP
import JSON

extension WeComClient {
    /// Sends a message. `checkingDuplicates` has WeCom swallow an identical one sent within four hours, if the message does
    /// not say itself whether and how WeCom is to look.
    ///
    /// A message for one person who does not get it fails; one for several comes to whom it can, and the receipt names
    /// the others.
    package func send(
        _ message: OutboundMessage, checkingDuplicates: Bool
    ) async throws(WeComError) -> Receipt {
        var members = [JSONValue.Member("agentid", .integer(credentials.agentID.number))]
        if checkingDuplicates, message.duplicateCheck == nil {
            members += OutboundMessage.DuplicateCheck.on(seconds: OutboundMessage.DuplicateCheck.longest).members
        }
        let answer = try await post("/cgi-bin/message/send", message.json.adding(members))
        // Somebody else's 200: taking it for WeCom's would lose the message.
        guard answer["errcode"] != nil || answer["msgid"] != nil else {
            throw .unreadable(status: .ok, reason: "message/send answered without errcode and msgid")
        }
        let receipt = Receipt(answer)
        if let user = message.to.onlyUser, (receipt.unreached.users + receipt.unreached.unlicensed).contains(user) {
            throw .invalidRecipient(user)
        }
        return receipt
    }

    /// Takes a message back, within 24 hours and by the app that sent it. What went to WeChat stays there.
    package func recall(_ messageID: String) async throws(WeComError) {
        _ = try await post("/cgi-bin/message/recall", ["msgid": .string(messageID)])
    }

    /// Changes a card that was sent, and returns those for whom WeCom did not.
    @discardableResult
    package func update(_ card: CardUpdate) async throws(WeComError) -> [UserID] {
        let answer = try await post(
            "/cgi-bin/message/update_template_card",
            card.json.adding([.init("agentid", .integer(credentials.agentID.number))]))
        return names("invaliduser", in: answer).map { UserID($0) }
    }
}

extension JSONValue {
    /// The object with more members behind its own.
    fileprivate func adding(_ more: [Member]) -> JSONValue {
        guard case .object(let members) = self else { preconditionFailure("a request is a JSON object") }
        return .object(members + more)
    }
}
