import HTTP
import JSON
import System
import WeCom

/// The calls of an app about a message that is out.
extension FakeAPI {
    private static let recallTime = Duration.seconds(24 * 3600)

    func recall(_ call: APICall) throws(Refusal) -> JSONValue {
        let id = try call.json().demand("msgid", or: 40058)
        guard let message = transcript.message(id), message.app == call.app.identity else {
            throw Refusal(40058, "no such msgid of this app")
        }
        guard clock.now.since(message.at) <= FakeAPI.recallTime else { throw Refusal(42052, "msgid expired") }
        if !message.isRecalled { transcript.noteRecall(of: message, at: clock.now) }
        return .success()
    }

    func updateCard(_ call: APICall) throws(Refusal) -> JSONValue {
        let request = try call.json()
        try checkAgent(request, call.app)
        let code = try request.demand("response_code", or: 60140)
        let message = try message(ofCode: code, call.app)
        let change = try change(of: message, request, call.app)
        let (users, strangers) = try targets(of: request, message, call.app)
        state.withLock { $0.codes.spend(code) }
        transcript.add(CardUpdate(at: clock.now, message: message, users: users, change: change))
        guard !strangers.isEmpty else { return .success() }
        return .success(.init("invaliduser", .array(strangers.map(JSONValue.string))))
    }

    private func message(ofCode code: String, _ app: FakeApp) throws(Refusal) -> SentMessage {
        let now = clock.now
        let id = state.withLock { $0.codes.message(of: code, at: now) }
        guard let message = id.flatMap({ transcript.message($0) }) else {
            throw Refusal(60140, "response_code is used or expired")
        }
        guard message.app == app.identity else { throw Refusal(42015, "the card was sent by another app") }
        return message
    }

    /// Checks what becomes of a card by a request, or by the answer to a click.
    func change(
        of message: SentMessage, _ request: JSONValue, _ app: FakeApp
    ) throws(Refusal) -> CardUpdate.Change {
        if let button = try request.optionalObject("button") {
            guard message.card?.kind?.isInteractive == true else { throw Refusal(40058, "the card has no buttons") }
            return .buttonsRenamed(try button.demand("replace_name", or: 42020))
        }
        let card = try request.demandObject("template_card", or: 40058)
        try CardCheck(card: card, sender: app.cardSender, media: media(of: app), isUpdate: true).check()
        return .replaced(FakeCard(card))
    }

    /// Those whose card changes, and the ids among those named that never got it.
    private func targets(
        of request: JSONValue, _ message: SentMessage, _ app: FakeApp
    ) throws(Refusal) -> (users: [UserID], strangers: [String]) {
        if try request.choice("atall", 0...1, otherwise: 0) == 1 { return (message.recipients, []) }
        let named = try Addressing(
            users: texts("userids", of: request), parties: numbers("partyids", of: request),
            tags: numbers("tagids", of: request), from: app.agentID, in: corp(of: app))
        let all = named.users.map(\.folded) + named.invalidUsers
        guard !(all + named.invalidParties + named.invalidTags).isEmpty else { throw Refusal(82101, "nobody is named") }
        let users = named.users.filter { message.recipients.contains($0) }
        guard !users.isEmpty else { throw Refusal(82102, "nobody who is named got the card") }
        let reached = Set(users.map(\.folded))
        return (users, all.filter { !reached.contains($0) })
    }

    private func texts(_ name: String, of request: JSONValue) throws(Refusal) -> [String] {
        guard let field = request[name], field != .null else { return [] }
        guard let list = field.array, list.allSatisfy({ $0.string != nil }) else {
            throw Refusal(40035, "\(name) must be an array of strings")
        }
        return list.compactMap(\.string)
    }

    private func numbers(_ name: String, of request: JSONValue) throws(Refusal) -> [String] {
        guard let field = request[name], field != .null else { return [] }
        guard let list = field.array, list.allSatisfy({ $0.integer != nil }) else {
            throw Refusal(40035, "\(name) must be an array of numbers")
        }
        return list.compactMap { $0.integer.map { String($0) } }
    }
}
