import HTTP
import JSON
import System
import WeCom

extension FakeAPI {
    func send(_ call: APICall) throws(Refusal) -> JSONValue {
        let message = try call.json()
        try checkAgent(message, call.app)
        let content = try check(of: message, call.app).content()
        let addressing = try Addressing(of: message, from: call.app.agentID, in: corp(of: call.app))
        let sent = try record(message, content, addressing, call)
        var answer: [JSONValue.Member] = []
        addressing.report(to: &answer)
        answer.append(.init("msgid", .string(sent.messageID)))
        if let card = sent.card, card.callsBack {
            answer.append(.init("response_code", .string(issueResponseCode(for: sent.messageID))))
        }
        return .object([.init("errcode", 0), .init("errmsg", "ok")] + answer)
    }

    func checkAgent(_ message: JSONValue, _ app: FakeApp) throws(Refusal) {
        guard let agent = message["agentid"], agent != .null else { throw Refusal(41011, "agentid missing") }
        guard agent.integer == app.agentID.number else { throw Refusal(301002, "not allow agentid") }
    }

    func check(of message: JSONValue, _ app: FakeApp) -> MessageCheck {
        MessageCheck(message: message, app: app, cutsLongTexts: rules.cutsLongTexts, media: media(of: app))
    }

    /// The files that an app may send.
    func media(of app: FakeApp) -> (String, FakeMedia.Kind) -> FakeMedia? {
        let now = clock.now
        return { id, kind in
            self.state.withLock { $0.media.file(id, of: app.corpID, at: now)?.media }.flatMap {
                $0.kind == kind ? $0 : nil
            }
        }
    }

    func issueResponseCode(for messageID: String) -> String {
        let now = clock.now
        return state.withLock { $0.codes.issue(for: messageID, at: now) }
    }

    private func record(
        _ message: JSONValue, _ content: SentMessage.Content, _ addressing: Addressing, _ call: APICall
    ) throws(Refusal) -> SentMessage {
        let (now, wall) = (clock.now, clock.wall)
        let ruling = try state.withLock { state throws(Refusal) in
            try state.rule(message, content, addressing.users, call, at: now, wall)
        }
        let sent = SentMessage(
            at: now, corpID: call.app.corpID, agentID: call.app.agentID, to: message["touser"]?.string ?? "",
            content: content, messageID: "msg\(ruling.number)", fate: ruling.fate, recipients: addressing.users,
            unshown: ruling.unshown, excess: ruling.excess, request: message)
        transcript.add(sent)
        return sent
    }
}

/// The decision on a message that is in order.
private struct Ruling {
    let number: Int
    let fate: SentMessage.Fate
    let unshown: [UserID]
    var excess: FakeMemberLimits.Excess?
}

extension FakeAPI.State {
    /// One that came before is swallowed before it is looked at again: its task id is taken, by itself.
    fileprivate mutating func rule(
        _ message: JSONValue, _ content: SentMessage.Content, _ users: [UserID], _ call: APICall,
        at now: MonotonicTime, _ wall: Timestamp
    ) throws(Refusal) -> Ruling {
        guard days.take(users.count, of: call.app.identity, at: wall) else {
            throw Refusal(45009, "api freq out of limit")
        }
        let isRepeat = noteRequest(message, call, at: now)
        if !isRepeat { try takeTask(of: content, call.app) }
        sent += 1
        guard !isRepeat else { return Ruling(number: sent, fate: .swallowed, unshown: users) }
        var excess: FakeMemberLimits.Excess?
        let unshown = users.filter { user in
            guard let limit = rates.excess(MemberOfApp(app: call.app.identity, user: user), at: now) else {
                return false
            }
            excess = limit
            return true
        }
        let fate: SentMessage.Fate = unshown.count == users.count ? .dropped : .delivered
        return Ruling(number: sent, fate: fate, unshown: unshown, excess: excess)
    }

    /// True if the app wants duplicates swallowed, and this is one.
    private mutating func noteRequest(_ message: JSONValue, _ call: APICall, at now: MonotonicTime) -> Bool {
        guard message["enable_duplicate_check"]?.integer == 1 else { return false }
        let window = Duration.seconds(min(message["duplicate_check_interval"]?.integer ?? 1800, 14_400))
        let body = rules.comparesBytes ? call.request.body : message.ordered.bytes
        let request = Array("\(call.app.corpID)/\(call.app.agentID)\n".utf8) + body
        return seen.note(request, at: now, for: window)
    }

    private mutating func takeTask(of content: SentMessage.Content, _ app: FakeApp) throws(Refusal) {
        guard case .card(let card) = content, let id = card.taskID, !id.isEmpty else { return }
        let task = FakeAPI.CardTask(app: app.identity, id: id)
        guard isTaken.insert(task).inserted else { throw Refusal(42014, "task_id was used before") }
        tasks.append(task)
        if isTaken.count > tasks.elements.count { isTaken = Set(tasks.elements) }
    }
}

extension Addressing {
    /// Those who were not found, if any: bars between ids, user ids in lower case.
    fileprivate func report(to answer: inout [JSONValue.Member]) {
        let lists = [("invaliduser", invalidUsers), ("invalidparty", invalidParties), ("invalidtag", invalidTags)]
        for (name, ids) in lists where !ids.isEmpty {
            answer.append(.init(name, .string(ids.joined(separator: "|"))))
        }
    }
}

extension JSONValue {
    /// The same with the members of each object in the order of their names.
    fileprivate var ordered: JSONValue {
        switch self {
        case .object(let members):
            .object(members.sorted { $0.name < $1.name }.map { Member($0.name, $0.value.ordered) })
        case .array(let elements): .array(elements.map(\.ordered))
        default: self
        }
    }
}
