import JSON
import Simulator
import System
import WeCom

/// The fate of every message, from what people know and what WeCom saw.
package struct Verdict {
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
    /// Those repeats by what was done to the servers before them.
    package private(set) var swallowed: [String: Int] = [:]
    /// The answers that bots have shown.
    private(set) var bubbles: [Door?: Int] = [:]
    /// The lines of which a person was told that a file could not be had.
    package internal(set) var told: Set<Line> = []
    private(set) var faults: [Fault: [String]] = [:]
    /// By what was done to the servers when it was said.
    package private(set) var shares: [String: Share] = [:]
    private let troubles: [Trouble]
    private let accounts: [Conversation: Ledger.Account]
    /// Messages of whom people were told that there is no answer, since they were there at three crashes.
    private(set) var givenUp: [Conversation: Int]
    var apologies: [Conversation: Int] = [:]
    var offers = 0

    /// The messages that were sent in answer to one kind of line.
    struct Tally {
        var lines = 0
        /// Repeats included.
        var messages = 0
        /// Repeats that WeCom showed to nobody.
        var swallowed = 0
    }

    /// The fate of what was said during one kind of trouble.
    package struct Share: Sendable {
        package fileprivate(set) var said = 0
        package fileprivate(set) var accepted = 0
        package fileprivate(set) var answered = 0
        package fileprivate(set) var faults: [Fault: Int] = [:]

        package init() {}
    }

    /// A promise that was broken.
    package enum Fault: String, CaseIterable, Sendable {
        case lost = "lost"
        case twice = "answered twice, and seen twice"
        case needless = "sent twice with nothing between"
        case outOfOrder = "out of order"
        case changed = "not what was said"
        case wrongApp = "by the wrong app or bot"
        case wrongBubble = "in the wrong bubble"
        case untold = "files gone, and nobody told"
        case strange = "something that nobody asked"
        case atOnce = "two turns of a conversation at once, or out of order"
        case outbid = "ends of turns whose lease had been outbid"
        case sockets = "more than one connection of a bot"
        case tokens = "more access tokens than there was need for"
        case left = "left behind in the store"
        case ending = "servers that ended by themselves"
    }

    package var isFlawless: Bool { faults.isEmpty }

    /// `givenUp` are the jobs that were, by their ids.
    package init(_ scene: Scene, troubles: [Trouble], givenUp jobs: [String: Conversation]) {
        let (cast, wecom, accounts) = (scene.cast, scene.wecom, scene.ledger.accounts)
        (self.troubles, self.accounts) = (troubles, accounts)
        givenUp = Dictionary(grouping: jobs.values) { $0 }.mapValues(\.count)
        posts = wecom.transcript.callbacks.count
        uploads = wecom.transcript.uploadCount
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
                note(.wrongBubble, "\(echo.name) in that of \(answered)", of: echo.line)
            }
            take(echo, accounts, &answers, &newest)
        }
        for (line, answer) in answers { judge(answer, to: line) }
        for (conversation, account) in accounts { judge(account, of: conversation, answers) }
    }

    private mutating func take(
        _ echo: Echo, _ accounts: [Conversation: Ledger.Account], _ answers: inout [Line: Answer],
        _ newest: inout [Conversation: Int]
    ) {
        let conversation = echo.line.conversation
        answers[echo.line, default: Answer()].add(echo)
        if echo.door != conversation.door || echo.peer != conversation.peer {
            note(
                .wrongApp,
                "\(echo.name) by \(echo.door.map(String.init(describing:)) ?? "nobody") to \(echo.peer)", of: echo.line)
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
        if echo.line.number < newest { note(.outOfOrder, "\(echo.name) after \(newest)", of: echo.line) }
        newest = max(echo.line.number, newest)
    }

    private mutating func judge(_ answer: Answer, to line: Line) {
        sent[line.kind, default: Tally()].lines += 1
        if answer.isSeenTwice { note(.twice, "\(line)", of: line) }
        if answer.hasGap { note(.lost, "a part of \(line)", of: line) }
        if !answer.isInOrder { note(.outOfOrder, "the parts of \(line)", of: line) }
        if !answer.isFaithful(to: line) { note(.changed, "\(line)", of: line) }
        sent[line.kind, default: Tally()].messages += answer.echoes.count
        for (first, second) in answer.repeats {
            guard let earlier = first.at, let later = second.at else { continue }
            guard let trouble = troubles.first(between: earlier, and: later) else {
                note(.needless, first.name, of: line)
                continue
            }
            guard second.isSwallowed else { continue }
            swallowed[trouble.name, default: 0] += 1
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
            share(of: line) {
                $0.said += number <= account.said ? 1 : 0
                $0.accepted += account.has(line) ? 1 : 0
            }
            switch (account.has(line), answers[line]) {
            case (true, let answer?) where answer.isWhole:
                answered[line.kind, default: 0] += 1
                share(of: line) { $0.answered += 1 }
                if line.enclosures.contains(where: \.isGone), !told.contains(line) {
                    note(.untold, "\(line)", of: line)
                }
            case (true, .some): note(.lost, "the end of \(line)", of: line)
            case (true, nil): if !wasGivenUp(line) { note(.lost, "\(line)", of: line) }
            case (false, .some): answeredUnacknowledged += 1
            case (false, nil): break
            }
        }
    }

    /// Adds a broken promise, about a line if it is about one.
    package mutating func note(_ fault: Fault, _ what: String, of line: Line? = nil) {
        faults[fault, default: []].append(what)
        if let line { share(of: line) { $0.faults[fault, default: 0] += 1 } }
    }

    private mutating func share(of line: Line, _ change: (inout Share) -> Void) {
        guard let times = accounts[line.conversation]?.times, times.indices.contains(line.number - 1) else { return }
        change(&shares[troubles.first(at: times[line.number - 1])?.name ?? Verdict.calm, default: Share()])
    }

    /// The name of the time in which nothing was done to the servers.
    package static let calm = "in between"
}
