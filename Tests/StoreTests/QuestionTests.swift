import JSON
import Router
import StoreTesting
import System
import TestSupport
import Testing
import WeCom

@Suite("Questions of agents", .timeLimit(.minutes(10))) struct QuestionTests {
    private let question = Question(
        "May I: rm old/*.log", detail: "in /srv",
        options: [.init("yes-id", "允许", style: .encouraged), .init("no-id", "拒绝", style: .dangerous)])

    private func asked(_ style: AskedQuestion.Style = .card, key: String? = nil) -> AskedQuestion {
        let question = Question(question.title, detail: question.detail, options: question.options, key: key)
        return AskedQuestion(question, to: address(), as: style, saying: .chinese, within: .least)
    }

    private func running(_ store: any Store, id: Int = 1) async throws -> ClaimedJob {
        try await store.accept("clean up", id: id)
        return try await store.claimOne()
    }

    private func ask(_ asked: AskedQuestion, _ job: ClaimedJob, _ store: any Store) async throws -> QuestionID {
        try #require(try await store.ask(asked, for: job.lease, at: time(1)))
    }

    /// Sends what is due as WeCom takes it: cards get a code by which they are changed. What went is handed out.
    @discardableResult
    private func send(_ store: any Store, at now: Timestamp = time(2)) async throws -> [Part] {
        var sent: [Part] = []
        while let delivery = try await store.claimDeliveries(1, at: now).first {
            sent.append(delivery.part)
            try await store.markSent(delivery, SendReceipt(responseCode: "code of the card"), at: now)
        }
        return sent
    }

    @discardableResult
    private func press(
        _ place: Int, of question: QuestionID, as user: String = "zhangsan", id: Int, _ store: any Store
    ) async throws -> Acceptance {
        let plain = submission("", from: user, id: id)
        return try await store.accept(
            Submission(
                key: plain.key, conversation: plain.conversation,
                .click(QuestionClick(question: question, place: place, user: UserID(user), responseCode: "code \(id)"))),
            at: time(5))
    }

    private func update(_ code: String, _ words: String) -> Part.Body {
        .cardUpdate(CardUpdate(to: .user(UserID("zhangsan")), responseCode: code, .button(replaceName: words)))
    }

    @Test(
        "a question becomes a card whose buttons bear numbers, not what the agent calls its options",
        arguments: StoreUnderTest.available)
    func card(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            let part = try #require(try await send(test.store).first)
            guard case .message(let content, _) = part.body else { throw Unexpected("\(part)") }
            let card = content.body
            let buttons = card["button_list"]?.array ?? []
            #expect(card["card_type"] == "button_interaction" && card["task_id"]?.string == id.description)
            #expect(buttons.map { $0["text"] } == ["允许", "拒绝"])
            #expect(buttons.map { $0["key"] } == ["1", "2"])
            #expect(!part.json.text.contains("yes-id"))
            #expect(try await test.store.endings(of: [id]).isEmpty)
        }
    }

    @Test("a press answers, once, and the card shows what was chosen", arguments: StoreUnderTest.available)
    func press(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            try await send(test.store)
            #expect(try await press(0, of: id, id: 10, test.store) == Acceptance(.answer(id)))
            #expect(try await press(0, of: id, id: 10, test.store) == Acceptance(.answer(id), isRepeat: true))
            #expect(try await test.store.endings(of: [id]) == [id: .answered([0], by: "zhangsan")])
            #expect(try await send(test.store).map(\.body) == [update("code 10", "已选择：允许")])
        }
    }

    @Test("only the person asked may answer", arguments: StoreUnderTest.available)
    func stranger(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            try await send(test.store)
            #expect(try await press(0, of: id, as: "lisi", id: 10, test.store).effect == .nothing(.counted))
            #expect(try await press(0, of: id, as: "lisi", id: 10, test.store).effect == .nothing(.counted))
            #expect(try await press(7, of: id, id: 11, test.store).effect == .nothing(.counted))
            #expect(try await test.store.endings(of: [id]).isEmpty)
            #expect(try await send(test.store).isEmpty)
        }
    }

    @Test(
        "a late press changes nothing: the card shows how it ended, and the person is told",
        arguments: StoreUnderTest.available)
    func late(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            try await send(test.store)
            #expect(try await test.store.close(id, as: .expired, at: time(3)))
            #expect(try await !test.store.close(id, as: .withdrawn, at: time(3)))
            #expect(try await send(test.store).map(\.body) == [update("code of the card", "已过时间，没有选择")])
            try await press(0, of: id, id: 10, test.store)
            #expect(try await test.store.endings(of: [id]) == [id: .expired])
            let sent = try await send(test.store)
            #expect(sent.first?.body == update("code 10", "已过时间，没有选择"))
            #expect(sent.last?.text == "这个问题已经结束（已过时间，没有选择）。")
        }
    }

    @Test("the end of the job, a crash and /stop end its questions", arguments: StoreUnderTest.available)
    func lapse(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await running(test.store)
            let first = try await ask(asked(), job, test.store)
            try await send(test.store)
            try await test.crash()
            #expect(try await test.store.endings(of: [first]) == [first: .lapsed])
            #expect(try await send(test.store).map(\.body) == [update("code of the card", "已失效")])
            #expect(try await test.store.ask(asked(), for: job.lease, at: time(4)) == nil)

            let again = try await test.store.claimOne(at: time(4))
            let second = try await ask(asked(), again, test.store)
            let plain = submission("", id: 9)
            _ = try await test.store.accept(
                Submission(
                    key: plain.key, conversation: plain.conversation,
                    .command(CommandRequest(.stop, from: address(), within: .least) { _ in "" })), at: time(5))
            try await test.store.settle(again, Settlement(.done), at: time(6))
            #expect(try await test.store.endings(of: [second]) == [second: .withdrawn])
            // It had not gone yet, and does not go any more.
            #expect(try await send(test.store).isEmpty)
        }
    }

    @Test(
        "a card that was on its way when its question ended shows that once it is there",
        arguments: StoreUnderTest.available)
    func overtaken(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            let delivery = try await test.store.claimDelivery()
            #expect(try await test.store.close(id, as: .withdrawn, at: time(3)))
            try await test.store.markSent(delivery, SendReceipt(responseCode: "late code"), at: time(4))
            #expect(try await send(test.store).map(\.body) == [update("late code", "已撤回")])
        }
    }

    @Test(
        "so does a card that goes again after a restart, its question having ended", arguments: StoreUnderTest.available
    )
    func overtakenAcrossARestart(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            _ = try await test.store.claimDelivery()
            #expect(try await test.store.close(id, as: .withdrawn, at: time(3)))
            try await test.startAgain(after: .kill)
            let delivery = try await test.store.claimDelivery()
            try await test.store.markSent(delivery, SendReceipt(responseCode: "late code"), at: time(4))
            #expect(try await send(test.store).map(\.body) == [update("late code", "已撤回")])
        }
    }

    @Test(
        "what WeCom does not take as a card is put in words, and answered by number or by word",
        arguments: StoreUnderTest.available, ["2", "２", "拒绝", " 2. "])
    func words(_ kind: StoreUnderTest, _ answer: String) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            let delivery = try await test.store.claimDelivery()
            try await test.store.markFailed(delivery, reason: "no cards here", at: time(2))
            let text = try #require(try await send(test.store).first?.text)
            #expect(text == "May I: rm old/*.log\nin /srv\n\n1. 允许\n2. 拒绝\n\n请回复序号选择。")
            #expect(try await test.store.accept(submission(answer, id: 10), at: time(3)).effect == .answer(id))
            #expect(try await test.store.endings(of: [id]) == [id: .answered([1], by: "zhangsan")])
            #expect(try await send(test.store).isEmpty)
        }
    }

    @Test("a text's numbers go before words that are numbers", arguments: StoreUnderTest.available)
    func numbers(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let options = ["2", "4"].map { Question.Option("id \($0)", $0) }
            let asked = AskedQuestion(
                Question("How many?", options: options), to: address(), as: .text, saying: .english,
                within: .least)
            let id = try await ask(asked, try await running(test.store), test.store)
            #expect(try await test.store.accept(submission("2", id: 10), at: time(3)).effect == .answer(id))
            #expect(try await test.store.endings(of: [id]) == [id: .answered([1], by: "zhangsan")])
        }
    }

    @Test(
        "what becomes of a job after a crash is asked anew after the next: the earlier question is over",
        arguments: StoreUnderTest.available)
    func crashes(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await running(test.store)
            let id = try await ask(asked(key: "\(CrashRecovery.questionKey)1"), job, test.store)
            try await test.crash()
            #expect(try await test.store.endings(of: [id]) == [id: .lapsed])
        }
    }

    @Test("a text that is none of the options is a message like any other", arguments: StoreUnderTest.available)
    func message(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(.text), try await running(test.store), test.store)
            for (number, text) in ["3", "0", "1 2", "yes-id", "what does it do?"].enumerated() {
                let acceptance = try await test.store.accept(submission(text, id: 10 + number), at: time(3))
                guard case .job = acceptance.effect else { throw Unexpected("\(text): \(acceptance)") }
            }
            let other = try await test.store.accept(submission("1", from: "lisi", id: 30), at: time(3))
            guard case .job = other.effect else { throw Unexpected("\(other)") }
            #expect(try await test.store.endings(of: [id]).isEmpty)
        }
    }

    @Test("where several may be chosen, several numbers are an answer", arguments: StoreUnderTest.available)
    func many(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let options = ["a", "b", "c"].map { Question.Option($0, $0.uppercased()) }
            let several = AskedQuestion(
                Question("Which?", options: options, allowsMany: true), to: address(), as: .text, saying: .english,
                within: .least)
            let id = try await ask(several, try await running(test.store), test.store)
            #expect(try await test.store.accept(submission("3、1", id: 10), at: time(3)).effect == .answer(id))
            #expect(try await test.store.endings(of: [id]) == [id: .answered([0, 2], by: "zhangsan")])
        }
    }

    @Test(
        "a question that its agent names outlives a crash, is not asked twice, and its answer is told to who calls",
        arguments: StoreUnderTest.available)
    func named(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let job = try await running(test.store)
            let id = try await ask(asked(key: "approve-1"), job, test.store)
            try await send(test.store)
            try await test.crash()
            #expect(try await test.store.endings(of: [id]).isEmpty)
            try await press(0, of: id, id: 10, test.store)
            #expect(
                try await test.store.answers(to: job.lease.job) == [KeyedAnswer(key: "approve-1", options: ["yes-id"])])
            let again = try await test.store.claimOne(at: time(6))
            #expect(try await ask(asked(key: "approve-1"), again, test.store) == id)
            #expect(try await send(test.store).map(\.body) == [update("code 10", "已选择：允许")])
        }
    }

    @Test(
        "a question whose stream has had its card, or has ended, is put in words", arguments: StoreUnderTest.available)
    func inWords(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            var message = submission("clean up", id: 1)
            message.stream = "s"
            _ = try await test.store.accept(message, at: time(0))
            let job = try await test.store.claimOne()
            let ways = [Way(.stream("s"))]
            func ask(_ title: String) async throws -> String? {
                let asked = AskedQuestion(
                    Question(title, options: question.options), to: ReplyAddress(.user(UserID("zhangsan")), by: ways),
                    as: .card, saying: .chinese, within: .least)
                _ = try await self.ask(asked, job, test.store)
                guard case .message(let content, _) = try await send(test.store).first?.body else { return nil }
                return content.type
            }
            #expect(try await ask("one") == "template_card")
            let shown = TemplateCard.buttons([], title: "t", subtitle: nil, taskID: "t")
            _ = try await test.store.put(shown, below: "s", openedAfter: time(-1))
            #expect(try await ask("two") == "template_card")
            #expect(try await test.store.takeCard(below: "s"))
            #expect(try await ask("three") == "text")
        }
    }

    @Test(
        "a card that nothing can change says in words that its time is over; a press that is answered is told there alone",
        arguments: StoreUnderTest.available)
    func unchangeable(_ kind: StoreUnderTest) async throws {
        try await kind.withStore { test in
            let id = try await ask(asked(), try await running(test.store), test.store)
            let delivery = try #require(try await test.store.claimDeliveries(1, at: time(2)).first)
            try await test.store.markSent(delivery, SendReceipt(), at: time(2))
            #expect(try await test.store.close(id, as: .expired, at: time(3)))
            let words = "这个问题已经结束（\(ChatTexts.chinese.questionExpired)）。"
            #expect(try await send(test.store, at: time(4)).map(\.excerpt) == [words])
            let plain = submission("", id: 9)
            let click = QuestionClick(
                question: id, place: 0, user: UserID("zhangsan"), responseCode: nil, isAnswered: true)
            let acceptance = try await test.store.accept(
                Submission(key: plain.key, conversation: plain.conversation, .click(click)), at: time(5))
            #expect(acceptance.effect == .answer(id))
            #expect(try await send(test.store, at: time(6)).isEmpty)
            #expect(try await test.store.known(id)?.ending == .expired)
            #expect(try await test.store.known(QuestionID(1)) == nil)
        }
    }
}
