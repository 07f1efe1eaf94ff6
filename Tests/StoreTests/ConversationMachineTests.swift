import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

/// Each a rule of `docs/job-states.md`, without a store.
@Suite struct ConversationMachineTests {
    private let reference = Reference()
    private let key = ConversationKey(endpoint: appA, user: UserID("zhangsan"))
    private var conversation: ReferenceConversation { reference.conversation(key) }

    @discardableResult
    private func accept(
        _ id: Int, _ whileBusy: Conduct.WhileBusy = .queue, window: Duration = .zero, at now: Timestamp = time(0)
    ) throws -> Effect {
        let message = submission("m\(id)", id: id) { rules in
            (rules.whileBusy, rules.mergeWindow) = (whileBusy, window)
        }
        return try reference.accept(message, at: now).effect
    }

    private func give(_ command: ChatCommand, id: Int, at now: Timestamp) throws {
        let request = CommandRequest(command, from: address(), within: .least) { "\($0)" }
        let key = submission("", id: id).key
        _ = try reference.accept(Submission(key: key, conversation: self.key, .command(request)), at: now)
    }

    private func claim(at now: Timestamp = time(1)) throws -> ReferenceJob {
        try reference.comeDue(at: now)
        return try #require(try reference.claim(conversation, for: "test", at: now))
    }

    private func settle(_ job: ReferenceJob, _ settlement: Settlement, at now: Timestamp) throws {
        try #require(try reference.settle(job.held, as: settlement, at: now))
        try reference.check()
    }

    private func takeDelivery(at now: Timestamp) throws -> ReferenceDelivery {
        try #require(try reference.takeDelivery(of: conversation, within: [], at: now))
    }

    private var answer: Settlement {
        var settlement = Settlement(.done, parts: [part("answer")])
        settlement.whenStopped = [part("stopped")]
        return settlement
    }

    @Test("the next job answers the messages of a superseded one before its own")
    func heir() throws {
        try accept(1, .interrupt)
        let first = try claim()
        try accept(2, .interrupt, at: time(2))
        try settle(first, answer, at: time(3))
        #expect(conversation.job(first.id)?.state == .cancelled)
        #expect(conversation.jobs.map { $0.messages.map(\.text) } == [["m1", "m2"]])
        #expect(conversation.outgoing.isEmpty)
    }

    @Test("however often a turn is interrupted, no job has more messages than it may; the rest waits behind it")
    func interruptions() throws {
        try accept(1, .interrupt)
        for number in 2...60 {
            let now = time(Int64(number))
            let running = try conversation.running?.held ?? claim(at: now).held
            try accept(number, .interrupt, at: now)
            if conversation.running?.cancel != nil {
                let isSettled = try reference.settle(running, as: answer, at: now)
                #expect(isSettled)
            }
        }
        #expect(conversation.jobs.map(\.messages.count) == [50, 10])
        #expect(conversation.jobs.flatMap { $0.messages.map(\.text) } == (1...60).map { "m\($0)" })
    }

    @Test("a superseded job is ready again, its try unspent, when nothing is left to answer its messages")
    func noHeir() throws {
        try accept(1, .interrupt)
        let first = try claim()
        try accept(2, .interrupt, at: time(2))
        try give(.drop(1), id: 3, at: time(3))
        try settle(first, answer, at: time(4))
        #expect(conversation.jobs.map(\.id) == [first.id])
        #expect(conversation.jobs[0].state == .ready && conversation.jobs[0].attempt == 0)
    }

    @Test("/stop stops a superseded turn for good, and nobody answers its messages")
    func stopOfASupersededTurn() throws {
        try accept(1, .interrupt)
        let first = try claim()
        try accept(2, .interrupt, at: time(2))
        try give(.stop, id: 3, at: time(3))
        try settle(first, answer, at: time(4))
        #expect(conversation.jobs.isEmpty && conversation.place == nil)
        #expect(conversation.job(first.id)?.messages.map(\.text) == ["m1"])
        #expect(conversation.outgoing.map(\.part.text).contains("stopped"))
    }

    @Test(
        "a command has a cause while something runs or waits; a retry while a job of one's own went wrong, and none is open"
    )
    func cause() {
        let (anna, ben) = (UserID("anna"), UserID("ben"))
        func machine(_ place: Place?, _ jobs: [OpenJob] = []) -> ConversationMachine {
            ConversationMachine(at: time(9), IdentifierSource(node: 0, notBefore: 0), place: place, jobs: jobs)
        }
        func ended(
            _ state: JobState, as retry: JobID? = nil, by senders: Set<UserID>
        ) -> ConversationMachine.EndedJob { .init(JobID(1), state, retriedAs: retry, senders: senders) }
        var open = OpenJob(JobID(2), epoch: 0)
        open.senders = [ben]
        let (idle, busy) = (machine(nil), machine(.ready(since: time(0)), [open]))
        #expect(!idle.hasCause(for: .stop) && busy.hasCause(for: .stop, of: anna))
        let failed = ended(.failed, by: [anna])
        #expect(idle.hasCause(for: .retry, retrying: failed) && idle.hasCause(for: .retry, of: anna, retrying: failed))
        #expect(!busy.hasCause(for: .retry, retrying: failed), "somebody's work is open")
        #expect(busy.hasCause(for: .retry, of: anna, retrying: failed), "it is another's")
        #expect(!busy.hasCause(for: .retry, of: ben, retrying: ended(.failed, by: [ben])))
        for other in [
            nil, ended(.done, by: [anna]), ended(.failed, as: JobID(3), by: [anna]), ended(.failed, by: [anna, ben]),
            ended(.cancelled, by: []),
        ] {
            #expect(!idle.hasCause(for: .retry, of: anna, retrying: other))
        }
    }

    @Test("the first message of a session answers no question of one before, nor does one with files")
    func noAnswer() throws {
        try accept(1)
        let job = try claim()
        let question = Question("May I?", options: [.init("y", "yes"), .init("n", "no")])
        let asked = AskedQuestion(question, to: address(), as: .text, saying: .chinese, within: .least)
        #expect(try reference.ask(asked, for: job.held, at: time(2)) != nil)
        var machine = ConversationMachine(at: time(3), IdentifierSource(node: 0, notBefore: 0))
        machine.learn(questions: conversation.openQuestions())
        func request(_ media: [SentMedia] = []) -> JobRequest {
            let message = AcceptedMessage(
                from: UserID("zhangsan"), text: "1", media: media, messageID: nil, sentAt: time(3),
                replyAddress: address())
            return JobRequest(message, refusal: Notice(.tooMuch, nil))
        }
        var first = request()
        first.beginsSession = true
        for other in [first, request([SentMedia(.image, MediaID("m1"))])] {
            let effect = machine.answer(other)
            #expect(effect == nil && machine.takeChanges().isEmpty)
        }
        let effect = machine.answer(request())
        #expect(effect == conversation.openQuestions().first.map { .answer($0.id) })
    }

    @Test("a delivery is sent anew that failed, once, and not while it may be given with an answer")
    func replays() {
        let failed = [OpenDelivery(DeliveryID(5), .final, .message, job: nil)]
        func refusal(
            _ state: DeliveryState, as replay: DeliveryID? = nil, holdsKept: Bool = false, _ place: Place? = nil
        ) -> String? {
            var machine = ConversationMachine(at: time(9), IdentifierSource(node: 0, notBefore: 0), place: place)
            let ended = ConversationMachine.EndedDelivery(DeliveryID(5), state, of: nil, replayedAs: replay)
            do throws(ControlRefusal) {
                let replays = try machine.replay(ended, with: failed, holdsKept: holdsKept)
                return replays.count == 1 && !machine.takeChanges().isEmpty ? nil : "nothing goes"
            } catch {
                return machine.takeChanges().isEmpty ? error.description : "it goes all the same"
            }
        }
        #expect(refusal(.failed) == nil && refusal(.failed, holdsKept: true) == nil)
        #expect(refusal(.failed, .taken(since: time(8))) == nil)
        let refused = [
            refusal(.sent), refusal(.failed, as: DeliveryID(6)),
            refusal(.failed, holdsKept: true, .taken(since: time(8))),
        ]
        let words = ["is sent: only what has failed", "was replayed already, as", "may be given with the answer"]
        #expect(zip(refused, words).allSatisfy { $0?.contains($1) ?? false }, "\(refused)")
    }

    @Test("the third crash of a job fails it as poison, and its sender hears so")
    func poison() throws {
        try accept(1)
        var crashed: JobID?
        for crash in 1...ConversationMachine.maxCrashes {
            let job = try claim(at: time(Int64(crash)))
            crashed = job.id
            #expect(job.attempt == 1)
            try reference.restart(at: time(Int64(crash)))
            #expect(conversation.job(job.id)?.state == (crash < ConversationMachine.maxCrashes ? .ready : .failed))
        }
        #expect(conversation.outgoing.map(\.part.text) == [crashWords(of: try #require(crashed))])
    }

    @Test("the end of a job drops the sign that has not gone, and takes back the one that went")
    func signs() throws {
        try accept(1)
        let job = try claim()
        #expect(try reference.say(part("one"), as: .progress, for: job.held, at: time(2)))
        let sent = try takeDelivery(at: time(2))
        try reference.markSent(sent.lease, SendReceipt(wecomID: "w1"), at: time(2))
        #expect(try reference.say(part("two"), as: .progress, for: job.held, at: time(3)))
        let unsent = try #require(conversation.outgoing.first?.id)
        try settle(job, answer, at: time(4))
        #expect(conversation.delivery(unsent)?.state == .dropped)
        #expect(conversation.outgoing.map(\.part.body) == [part("answer").body, .recall(of: sent.id)])
    }

    @Test("a card that is on its way when its question ends is changed once it is there")
    func cardUnderWay() throws {
        try accept(1)
        let job = try claim()
        let question = Question("May I?", options: [.init("y", "yes"), .init("n", "no")])
        let asked = AskedQuestion(question, to: address(), as: .card, saying: .chinese, within: .least)
        let id = try #require(try reference.ask(asked, for: job.held, at: time(2)))
        let card = try takeDelivery(at: time(2))
        #expect(try reference.close(id, as: .expired, at: time(3)))
        #expect(conversation.outgoing.map(\.id) == [card.id])
        try reference.markSent(card.lease, SendReceipt(responseCode: "code"), at: time(4))
        let update = CardUpdate(
            to: .user(UserID("zhangsan")), responseCode: "code",
            .button(replaceName: ChatTexts.chinese.questionExpired))
        #expect(conversation.outgoing.map(\.part.body) == [.cardUpdate(update)])
    }

    @Test("an interrupted job keeps its conversation's place in the line; a next job begins its own wait")
    func placeInLine() throws {
        try accept(1)
        try accept(2)
        let first = try claim(at: time(5))
        try settle(first, Settlement(.ready, spendsAttempt: false), at: time(9))
        #expect(conversation.place == .ready(since: time(0)))
        try settle(try claim(at: time(10)), answer, at: time(11))
        #expect(conversation.place == .ready(since: time(11)))
    }

    @Test("a burst is one job while its window is open, and the next message after that is another")
    func mergeWindow() throws {
        let first = try accept(1, window: .seconds(2))
        guard case .job(let job) = first else { throw Unexpected("\(first)") }
        #expect(conversation.place == .due(at: time(2)))
        #expect(try accept(2, window: .seconds(2), at: time(1)) == .appended(job))
        guard case .job = try accept(3, window: .seconds(2), at: time(2)) else { throw Unexpected("it was added") }
        #expect(try claim(at: time(2)).messages.map(\.text) == ["m1", "m2"])
    }
}
