import Simulator

/// What became of every message, from what people know and what WeCom saw.
struct Verdict {
    private(set) var said = 0
    /// Callbacks that were posted, each repeat counted.
    let posts: Int
    private(set) var accepted = 0
    private(set) var answered = 0
    /// Answered although no 200 ever came: the server had it on disk when it died.
    private(set) var answeredUnacknowledged = 0
    private(set) var swallowed: [Instant: Int] = [:]
    private(set) var faults: [Fault: [String]] = [:]
    let history: History

    /// A promise that was broken.
    enum Fault: String, CaseIterable {
        case lost = "lost"
        case twice = "answered twice, and seen twice"
        case needless = "sent twice with no crash between"
        case outOfOrder = "out of order"
        case wrongApp = "by the wrong app"
        case strange = "something that nobody asked"
        case ending = "servers that ended by themselves"
    }

    var isFlawless: Bool { faults.isEmpty }

    init(
        cast: Cast, accounts: [Conversation: Ledger.Account], posts: Int, messages: [SentMessage], history: History
    ) {
        self.posts = posts
        self.history = history
        var tries: [Line: [SentMessage]] = [:]
        var newest: [Conversation: Int] = [:]
        for message in messages {
            guard let line = Line(message.text) else {
                note(.strange, "\(message.text) to \(message.to)")
                continue
            }
            tries[line, default: []].append(message)
            if cast.app(of: message) != line.conversation.app || message.to != line.conversation.user {
                note(.wrongApp, "\(line) by \(message.corpID)/\(message.agentID) to \(message.to)")
            }
            guard !message.isSwallowed, accounts[line.conversation]?.acknowledged.contains(line.number) == true else {
                continue
            }
            if line.number < newest[line.conversation] ?? 0 {
                note(.outOfOrder, "\(line) after \(newest[line.conversation] ?? 0)")
            }
            newest[line.conversation] = max(line.number, newest[line.conversation] ?? 0)
        }
        for tries in tries { judgeTries(of: tries.key, tries.value) }
        for (conversation, account) in accounts { judge(account, of: conversation, answers: tries) }
        judgeEndings()
    }

    private mutating func judgeTries(of line: Line, _ tries: [SentMessage]) {
        if tries.count(where: { !$0.isSwallowed }) > 1 { note(.twice, "\(line)") }
        for (first, second) in zip(tries, tries.dropFirst()) {
            let (before, after) = (history.server(at: first.at), history.server(at: second.at))
            if before == after { note(.needless, "\(line)") }
            guard second.isSwallowed, before < history.rounds.count else { continue }
            swallowed[history.rounds[before].instant, default: 0] += 1
        }
    }

    private mutating func judge(
        _ account: Ledger.Account, of conversation: Conversation, answers: [Line: [SentMessage]]
    ) {
        said += account.said
        accepted += account.acknowledged.count
        for number in 1...max(account.said, 1) {
            let line = Line(conversation, number: number)
            switch (account.acknowledged.contains(number), answers[line] != nil) {
            case (true, true): answered += 1
            case (true, false): note(.lost, "\(line)")
            case (false, true): answeredUnacknowledged += 1
            case (false, false): break
            }
        }
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
