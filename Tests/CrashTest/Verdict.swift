import Simulator

/// The fate of every message, from what people know and what WeCom saw.
struct Verdict {
    private(set) var said = 0
    /// Callbacks that were posted, each repeat counted.
    let posts: Int
    private(set) var accepted = 0
    /// Whole, of those accepted.
    private(set) var answered: [Line.Kind: Int] = [:]
    /// Answered although no 200 ever came: the server had it on disk when it died.
    private(set) var answeredUnacknowledged = 0
    /// The messages that were sent, acknowledged or not, by what they answer.
    private(set) var sent: [Line.Kind: Tally] = [:]
    /// Files that WeCom was given: after a crash the same again, as the case may be.
    let uploads: Int
    private(set) var swallowed: [Instant: Int] = [:]
    private(set) var faults: [Fault: [String]] = [:]
    let history: History
    /// Messages of whom people were told that there is no answer, since they were there at three crashes.
    private(set) var givenUp: [Conversation: Int]
    private var apologies: [Conversation: Int] = [:]

    /// The messages that were sent in answer to one kind of line.
    struct Tally {
        var lines = 0
        /// Repeats included.
        var messages = 0
        /// Repeats that WeCom showed to nobody.
        var swallowed = 0
    }

    /// A promise that was broken.
    enum Fault: String, CaseIterable {
        case lost = "lost"
        case twice = "answered twice, and seen twice"
        case needless = "sent twice with no crash between"
        case outOfOrder = "out of order"
        case changed = "not what was said"
        case wrongApp = "by the wrong app"
        case strange = "something that nobody asked"
        case ending = "servers that ended by themselves"
    }

    var isFlawless: Bool { faults.isEmpty }

    init(
        cast: Cast, accounts: [Conversation: Ledger.Account], wecom: FakeWeCom, history: History,
        givenUp: [Conversation: Int]
    ) {
        self.givenUp = givenUp
        posts = wecom.transcript.callbacks.count
        uploads = wecom.transcript.uploadCount
        self.history = history
        var answers: [Line: Answer] = [:]
        var newest: [Conversation: Int] = [:]
        for message in wecom.transcript.messages {
            guard let echo = Echo(message, in: wecom) else {
                if isApology(message, cast) { continue }
                note(.strange, "\(message.type) \(message.text) to \(message.to)")
                continue
            }
            answers[echo.line, default: Answer()].add(echo)
            judgeAddress(of: echo, cast)
            guard !message.isSwallowed, accounts[echo.line.conversation]?.has(echo.line) == true else { continue }
            judgeOrder(of: echo, &newest[echo.line.conversation, default: 0])
        }
        for (line, answer) in answers { judge(answer, to: line) }
        for (conversation, account) in accounts { judge(account, of: conversation, answers) }
        judgeEndings()
    }

    private mutating func judgeAddress(of echo: Echo, _ cast: Cast) {
        let (message, conversation) = (echo.message, echo.line.conversation)
        if cast.app(of: message) != conversation.app || message.to != conversation.user {
            note(.wrongApp, "\(echo.name) by \(message.corpID)/\(message.agentID) to \(message.to)")
        }
    }

    private mutating func judgeOrder(of echo: Echo, _ newest: inout Int) {
        if echo.line.number < newest { note(.outOfOrder, "\(echo.name) after \(newest)") }
        newest = max(echo.line.number, newest)
    }

    private mutating func judge(_ answer: Answer, to line: Line) {
        sent[line.kind, default: Tally()].lines += 1
        if answer.isSeenTwice { note(.twice, "\(line)") }
        if answer.hasGap { note(.lost, "a part of \(line)") }
        if !answer.isInOrder { note(.outOfOrder, "the parts of \(line)") }
        if !answer.isFaithful(to: line) { note(.changed, "\(line)") }
        sent[line.kind, default: Tally()].messages += answer.echoes.count
        for (first, second) in answer.repeats {
            let (before, after) = (history.server(at: first.message.at), history.server(at: second.message.at))
            if before == after { note(.needless, first.name) }
            guard second.message.isSwallowed, before < history.rounds.count else { continue }
            swallowed[history.rounds[before].instant, default: 0] += 1
            sent[line.kind, default: Tally()].swallowed += 1
        }
    }

    private mutating func judge(
        _ account: Ledger.Account, of conversation: Conversation, _ answers: [Line: Answer]
    ) {
        said += account.said
        accepted += account.acknowledged.count
        for number in 1...max(account.said, 1) {
            let line = Line(conversation, number: number)
            switch (account.has(line), answers[line]) {
            case (true, let answer?) where answer.isWhole: answered[line.kind, default: 0] += 1
            case (true, .some): note(.lost, "the end of \(line)")
            case (true, nil): if !wasGivenUp(line) { note(.lost, "\(line)") }
            case (false, .some): answeredUnacknowledged += 1
            case (false, nil): break
            }
        }
    }

    /// One for each message that was given up, and no more.
    private mutating func isApology(_ message: SentMessage, _ cast: Cast) -> Bool {
        guard let app = cast.app(of: message) else { return false }
        let conversation = Conversation(app: app, user: message.to)
        guard message.text.hasPrefix(Verdict.apology),
            apologies[conversation, default: 0] < givenUp[conversation, default: 0]
        else { return message.isSwallowed && message.text.hasPrefix(Verdict.apology) }
        if !message.isSwallowed { apologies[conversation, default: 0] += 1 }
        return true
    }

    private static let apology = "抱歉，这条消息没有处理成功。"

    private mutating func wasGivenUp(_ line: Line) -> Bool {
        guard apologies[line.conversation, default: 0] > 0 else { return false }
        apologies[line.conversation, default: 0] -= 1
        return true
    }

    private mutating func judgeEndings() {
        for (number, round) in history.rounds.enumerated() where !round.asOrdered || !round.ending.wasKilled {
            note(.ending, "round \(number + 1), to be killed \(round.instant.name): \(round.ending)")
        }
        if let last = history.lastEnding, last.signal != nil || last.status != 0 {
            note(.ending, "the last one, asked to: \(last)")
        }
    }

    private mutating func note(_ fault: Fault, _ what: String) { faults[fault, default: []].append(what) }
}
