import JSON
import Simulator
import WeCom

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
    /// The answers that bots have shown.
    private(set) var bubbles: [Door?: Int] = [:]
    /// The lines of which a person was told that a file could not be had.
    private(set) var told: Set<Line> = []
    private(set) var faults: [Fault: [String]] = [:]
    let history: History
    /// Messages of whom people were told that there is no answer, since they were there at three crashes.
    private(set) var givenUp: [Conversation: Int]
    private var apologies: [Conversation: Int] = [:]
    private var offers = 0

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
        case wrongApp = "by the wrong app or bot"
        case wrongBubble = "in the wrong bubble"
        case untold = "files gone, and nobody told"
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
            guard let echo = Echo(message, in: wecom, cast) else {
                if isApology(message, cast) { continue }
                note(.strange, "\(message.type) \(message.text) to \(message.to)")
                continue
            }
            take(echo, accounts, &answers, &newest)
        }
        for bubble in onceEach(wecom.transcript.bubbles) {
            if tellsOfLoss(bubble, cast) { continue }
            guard let echo = Echo(bubble, cast) else {
                if !isApology(bubble, cast), !isOffer(bubble, cast), !wasGivenUpByWeCom(bubble) {
                    note(.strange, "a bubble: \(bubble)")
                }
                continue
            }
            bubbles[echo.door, default: 0] += 1
            if let answered = bubble.answered, answered != echo.line.description {
                note(.wrongBubble, "\(echo.name) in that of \(answered)")
            }
            take(echo, accounts, &answers, &newest)
        }
        for (line, answer) in answers { judge(answer, to: line) }
        for (conversation, account) in accounts { judge(account, of: conversation, answers) }
        judgeEndings()
    }

    private mutating func take(
        _ echo: Echo, _ accounts: [Conversation: Ledger.Account], _ answers: inout [Line: Answer],
        _ newest: inout [Conversation: Int]
    ) {
        let conversation = echo.line.conversation
        answers[echo.line, default: Answer()].add(echo)
        if echo.door != conversation.door || echo.peer != conversation.peer {
            note(.wrongApp, "\(echo.name) by \(echo.door.map(String.init(describing:)) ?? "nobody") to \(echo.peer)")
        }
        guard !echo.isSwallowed, accounts[conversation]?.has(echo.line) == true else { return }
        // A bubble of the bot that is called stands under its message, and WeCom asks how far it has come as it likes.
        if conversation.door != .called { judgeOrder(of: echo, &newest[conversation, default: 0]) }
    }

    /// WeCom shows one bubble of a stream, however often it has given the bot the message.
    private func onceEach(_ bubbles: [Bubble]) -> [Bubble] {
        var known: Set<String> = []
        return bubbles.filter { bubble in
            bubble.stream.map { known.insert("\(bubble.bot.text) \($0)").inserted } ?? true
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
            guard let earlier = first.at, let later = second.at else { continue }
            let (before, after) = (history.server(at: earlier), history.server(at: later))
            if before == after { note(.needless, first.name) }
            guard second.isSwallowed, before < history.rounds.count else { continue }
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
            case (true, let answer?) where answer.isWhole:
                answered[line.kind, default: 0] += 1
                if line.enclosures.contains(where: \.isGone), !told.contains(line) { note(.untold, "\(line)") }
            case (true, .some): note(.lost, "the end of \(line)")
            case (true, nil): if !wasGivenUp(line) { note(.lost, "\(line)") }
            case (false, .some): answeredUnacknowledged += 1
            case (false, nil): break
            }
        }
    }

    /// One for each message that was given up, and no more.
    private mutating func isApology(_ message: SentMessage, _ cast: Cast) -> Bool {
        guard let door = cast.door(of: message) else { return false }
        let conversation = Conversation(door: door, peer: message.to)
        guard GivenUp.isTold(by: message.text),
            apologies[conversation, default: 0] < givenUp[conversation, default: 0]
        else { return message.isSwallowed && GivenUp.isTold(by: message.text) }
        if !message.isSwallowed { apologies[conversation, default: 0] += 1 }
        return true
    }

    private mutating func isApology(_ bubble: Bubble, _ cast: Cast) -> Bool {
        guard GivenUp.isTold(by: bubble.text), let line = bubble.answered.flatMap({ Line($0) }),
            line.conversation.door == cast.door(of: bubble),
            apologies[line.conversation, default: 0] < givenUp[line.conversation, default: 0]
        else { return false }
        apologies[line.conversation, default: 0] += 1
        return true
    }

    /// Takes note of what a person is told of a file. True if the bubble says nothing else.
    private mutating func tellsOfLoss(_ bubble: Bubble, _ cast: Cast) -> Bool {
        guard let rest = LossNotice.rest(of: bubble.text) else { return false }
        guard let line = bubble.answered.flatMap({ Line($0) }), line.conversation.door == cast.door(of: bubble),
            line.enclosures.contains(where: \.isGone)
        else { return false }
        told.insert(line)
        return rest.isEmpty
    }

    /// The card by which a bot by long connection offers a fresh start below an apology: a message of its own, once for each.
    private mutating func isOffer(_ bubble: Bubble, _ cast: Cast) -> Bool {
        guard bubble.texts.isEmpty, bubble.card?["main_title"]?["title"] == "也可以重新开始",
            cast.door(of: bubble) == .connected
        else { return false }
        offers += 1
        return offers <= givenUp.reduce(0) { $1.key.door == .connected ? $0 + $1.value : $0 }
    }

    /// No server was there to take the message.
    private func wasGivenUpByWeCom(_ bubble: Bubble) -> Bool {
        bubble.texts.isEmpty && (bubble.fault == "no answer" || bubble.fault == "HTTP 503")
    }

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
