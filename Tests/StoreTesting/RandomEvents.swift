package import Router
package import SeededTesting
package import System
import WeCom

/// Makes events up that could follow on what a reference holds, in moods: a crowd writes, work gets done, or all at once.
package struct RandomEvents {
    package var random: SeededNumbers
    package private(set) var now = time(0)
    private var lastID = 0
    private var seen: [Submission] = []
    private var lost: [Lease] = []
    private var mood = Mood.busy
    /// True where no store is compared: that decides by itself what came too fast, and what nobody asked for.
    let hasNoStore: Bool

    private enum Mood: CaseIterable { case crowd, work, busy }

    package init(_ random: SeededNumbers, hasNoStore: Bool) {
        self.random = random
        self.hasNoStore = hasNoStore
    }

    package mutating func next(for reference: Reference) -> RandomEvent? {
        if chance(1, in: 4) { now = now.advanced(by: .milliseconds(Int.random(in: 0...30_000, using: &random))) }
        if chance(1, in: 100) { mood = Mood.allCases.randomElement(using: &random) ?? .busy }
        let incoming =
            switch mood {
            case .crowd: 75
            case .work: 5
            case .busy: 30
            }
        guard Int.random(in: 0..<100, using: &random) >= incoming else { return accept(reference) }
        return switch Int.random(in: 0..<100, using: &random) {
        case 0..<18: .claim(takesSuspect: !hasNoStore || chance(1, in: 2))
        case 18..<34: settle(reference)
        case 34..<41: say(reference)
        case 41: acknowledge(reference)
        case 42..<48: ask(reference)
        case 48..<50: close(reference)
        case 50..<52: operate(reference)
        case 52..<73: .claimDelivery
        case 73..<96: endDelivery(reference)
        case 96: chance(1, in: 2) ? .hurry(chance(1, in: 2) ? appA : appB) : giveAnew(reference)
        case 97..<98: .rescue
        case 98..<99: chance(1, in: 3) ? .restart : nil
        default: lost.randomElement(using: &random).map { .settle($0, Settlement(.done, parts: [part("too late")])) }
        }
    }

    /// Makes the events that work off all that is left: as many of each as there is cause for.
    package mutating func last(for reference: Reference) -> [RandomEvent] {
        now = now.advanced(by: .seconds(4000))
        var events = reference.all.map { _ in RandomEvent.claim(takesSuspect: true) }
        events += reference.all.compactMap(\.running).map { job in
            var settlement = Settlement(.done)
            settlement.whenStopped = job.messages.prefix(1).map { Part(to: $0.address, "it has stopped") }
            return .settle(job.held, settlement)
        }
        events += reference.all.map { _ in .claimDelivery }
        events += reference.all.compactMap { $0.underWay.map { .markSent($0.lease, SendReceipt()) } }
        return events
    }

    package mutating func chance(_ part: Int, in whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }
}

// MARK: What people send

extension RandomEvents {
    private mutating func accept(_ reference: Reference) -> RandomEvent {
        if let old = chance(1, in: 20) ? seen.randomElement(using: &random) : nil {
            return .accept(old, isTooFast: false)
        }
        lastID += 1
        let user = chance(1, in: 2) ? "talker" : "user\(Int.random(in: 0..<2, using: &random))"
        let app = chance(1, in: 3) ? appB : appA
        let group = chance(1, in: 3) ? ConversationKey(endpoint: app, peer: .chat(ChatID("wrGroup"))) : nil
        let key = group ?? ConversationKey(endpoint: app, user: UserID(user))
        let plain = message(from: user, to: app)
        var submission = Submission(key: plain.key, conversation: key, plain.request)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<12:
            var command = command(from: user)
            if group != nil { command.caller = UserID(user) }
            if case .job(let message) = plain.request {
                if command.command == .new, chance(1, in: 2) {
                    command.begin(with: message)
                } else if chance(1, in: 4) {
                    command.otherwise = message
                }
            }
            submission = Submission(key: plain.key, conversation: key, .command(command))
        case 12..<18:
            guard let click = click(reference, from: user) else { break }
            submission = Submission(key: plain.key, conversation: key, .click(click))
        case 18..<20:
            let kind: Notice.Kind = chance(1, in: 2) ? .refusal : .greeting
            let period = Duration.seconds(chance(1, in: 2) ? 60 : 3600)
            let notice = Notice(kind, part("a notice", to: user), atMostOncePer: period)
            submission = Submission(key: plain.key, conversation: key, .notice(notice))
        default: break
        }
        // In the group of one app all share a session, in that of the other each has their own; now and then that is changed.
        if group != nil, (app == appB) != chance(1, in: 30) { submission.member = UserID(user) }
        seen.append(submission)
        return .accept(submission, isTooFast: hasNoStore && chance(1, in: 60))
    }

    private mutating func message(from user: String, to app: Endpoint) -> Submission {
        // Some of them answer a question.
        let text = chance(1, in: 8) ? "1" : "m\(lastID)"
        let usual: Conduct.WhileBusy = user != "talker" ? .interrupt : app == appA ? .queue : .merge
        let whileBusy = chance(1, in: 10) ? Conduct.WhileBusy.allCases.randomElement(using: &random) ?? usual : usual
        let window: Duration = chance(1, in: 8) ? .seconds(10) : .zero
        return submission(text, from: user, to: app, id: lastID) { rules in
            rules.whileBusy = whileBusy
            rules.mergeWindow = window
        }
    }

    private mutating func command(from user: String) -> CommandRequest {
        let commands: [ChatCommand] = [
            .new, .status, .queue, .help, .retry, .retry, .drop(1), .drop(Int.random(in: 1...4, using: &random)),
        ]
        // Seldom: it empties what is crowded.
        let command = chance(1, in: 8) ? .stop : commands.randomElement(using: &random) ?? .help
        return CommandRequest(command, from: address(user), within: .least) { "\($0)" }
    }

    private mutating func click(_ reference: Reference, from user: String) -> QuestionClick? {
        let questions = reference.all.flatMap { $0.questions.suffix(5) }
        guard let question = questions.randomElement(using: &random) else { return nil }
        return QuestionClick(
            question: question.id, place: Int.random(in: 0...2, using: &random), user: UserID(user),
            responseCode: chance(1, in: 2) ? "click \(lastID)" : nil)
    }
}

// MARK: What turns do

extension RandomEvents {
    private mutating func turn(_ reference: Reference) -> (ReferenceConversation, ReferenceJob)? {
        reference.all.compactMap { conversation in conversation.running.map { (conversation, $0) } }
            .randomElement(using: &random)
    }

    private mutating func settle(_ reference: Reference) -> RandomEvent? {
        guard let (conversation, job) = turn(reference), let address = job.messages.first?.address else { return nil }
        lost.append(job.held)
        if lost.count > 20 { lost.removeFirst() }
        let notices = chance(1, in: 4) ? [Part(to: address, "it takes longer")] : []
        let notice = chance(1, in: 6) ? Notice(.greeting, Part(to: address, "good day")) : nil
        let session =
            chance(1, in: 3) ? SessionUpdate(agent: "agent", state: nil, isFresh: false) : nil
        let recalls = chance(3, in: 4)
        var settlement: Settlement
        switch Int.random(in: 0..<10, using: &random) {
        case 0: settlement = Settlement(.ready, reason: "stop", spendsAttempt: false, session: session)
        case 1, 2:
            let due = now.advanced(by: .seconds(Int.random(in: 1...90, using: &random)))
            settlement = Settlement(
                .waiting, reason: "busy", notices: notices, notice: notice, due: due, spendsAttempt: chance(1, in: 2),
                session: session)
        case 3 where chance(1, in: 3):
            settlement = Settlement(.cancelled, reason: "refused", notice: Notice(.refusal, Part(to: address, "no")))
            settlement.forgetsText = true
        case 3:
            settlement = Settlement(
                .failed, reason: "broken", parts: [Part(to: address, "sorry")], notices: notices, recallsSigns: recalls,
                session: session)
        default:
            let texts = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                ["ok", "yes", "re: \(job.id)"].randomElement(using: &random) ?? ""
            }
            settlement = Settlement(
                .done, parts: texts.map { Part(to: address, $0) }, notices: notices, notice: notice,
                recallsSigns: recalls, session: session)
            if chance(1, in: 2) { settlement.gives = conversation.keptAnswers }
        }
        settlement.whenStopped = [Part(to: address, "it has stopped, \(conversation.key.endpoint)")]
        settlement.remains = [Part(to: address, "so far")]
        return .settle(job.held, settlement)
    }

    private mutating func say(_ reference: Reference) -> RandomEvent? {
        guard let (_, job) = turn(reference), let address = job.messages.first?.address else { return nil }
        let kind: Delivery.Class = chance(1, in: 5) ? .control : .progress
        return .say(Part(to: address, "\(kind) \(Int.random(in: 0...9, using: &random))"), kind, job.held)
    }

    private mutating func acknowledge(_ reference: Reference) -> RandomEvent? {
        guard let (_, job) = turn(reference), let address = job.messages.first?.address else { return nil }
        return .acknowledge(Part(to: address, "it runs"), job.held)
    }

    private mutating func ask(_ reference: Reference) -> RandomEvent? {
        guard let (conversation, job) = turn(reference), let address = job.messages.first?.address,
            conversation.openQuestions().count < 3
        else { return nil }
        // A crash asks by a name of its own.
        let key = [nil, "rm", "\(CrashRecovery.questionKey)\(job.crashes)"].randomElement(using: &random) ?? nil
        let question = Question("May I?", options: [.init("y", "yes"), .init("n", "no")], key: key)
        return .ask(
            AskedQuestion(
                question, to: address, as: chance(2, in: 3) ? .card : .text, saying: .chinese, within: .least), job.held
        )
    }

    private mutating func close(_ reference: Reference) -> RandomEvent? {
        reference.all.flatMap { $0.questions.suffix(3) }.randomElement(using: &random).map {
            .close($0.id, chance(1, in: 2) ? .expired : .withdrawn)
        }
    }
}

// MARK: What operators and WeCom do

extension RandomEvents {
    private mutating func operate(_ reference: Reference) -> RandomEvent? {
        guard let conversation = reference.all.randomElement(using: &random) else { return nil }
        let ended = conversation.endedJobs.keys.max()
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            return (chance(1, in: 8) ? ended : conversation.jobs.map(\.id).randomElement(using: &random)).map {
                .cancel($0)
            }
        case 1:
            let unwanted = conversation.endedJobs.values.filter { $0.state != .done }.map(\.id).max()
            return (chance(1, in: 4) ? ended : unwanted).map { .retry($0) }
        default:
            let failed = conversation.endedDeliveries.values.filter { $0.state == .failed }.map(\.id).max()
            return failed.map { .replay($0) }
        }
    }

    private mutating func endDelivery(_ reference: Reference) -> RandomEvent? {
        guard let delivery = reference.all.compactMap(\.underWay).randomElement(using: &random) else { return nil }
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            let failures: [DeliveryFailure] = [.ofReply, .ofOne, .forWantOfWays]
            return .markFailed(delivery.lease, failures.randomElement(using: &random) ?? .ofReply)
        case 1, 2:
            return .postpone(
                delivery.lease, until: now.advanced(by: .seconds(Int.random(in: 0...60, using: &random))))
        default:
            let isCard = delivery.part.showsCard
            return .markSent(
                delivery.lease,
                SendReceipt(
                    wecomID: chance(3, in: 4) ? "w\(delivery.id)" : nil,
                    responseCode: isCard && chance(2, in: 3) ? "code \(delivery.id)" : nil,
                    unreached: chance(1, in: 20) ? Unreached(users: [UserID("somebody")]) : nil))
        }
    }
}

extension RandomEvents {
    /// A store knows by its streams what WeCom never asked for: it is left out where there is one.
    private mutating func giveAnew(_ reference: Reference) -> RandomEvent? {
        guard hasNoStore, let conversation = reference.all.randomElement(using: &random) else { return nil }
        let sent = conversation.endedDeliveries.values.filter {
            $0.state == .sent && $0.kind == .final && $0.job != nil && $0.part.body.kind == .message
                && conversation.replay(of: $0.id) == nil
        }
        return sent.map(\.id).max().map { .giveAnew($0) }
    }
}

extension ReferenceJob {
    package var held: Lease { Lease(job: id, number: lease) }
}
