import SQLiteStore
import System
import Testing
import WeCom

@testable import Lanes
@testable import Router

@Suite("A reply as WeCom is shown it", .timeLimit(.minutes(5))) struct StreamViewTests {
    private struct World {
        let store: SQLiteStore
        let turns: RunningTurns
        let view: StreamView
        let bot: App
        let start: Timestamp

        /// Accepts a message whose reply is the stream of that id; with a window it may join the one before.
        func open(_ stream: String, after seconds: Int64 = 0, window: Duration = .zero) async throws {
            let at = start.advanced(by: .seconds(seconds))
            let message = AcceptedMessage(
                from: UserID("u1"), text: stream, messageID: stream, sentAt: at,
                replyAddress: ReplyAddress(.user(UserID("u1")), by: [Way(.stream(stream))]))
            var request = JobRequest(message, refusal: Notice(.tooMuch, nil))
            request.mergeWindow = window
            var submission = Submission(
                key: DedupKey(stamp: 1, digest: Array(stream.utf8)),
                conversation: ConversationKey(endpoint: bot.endpoint, user: UserID("u1")), .job(request))
            submission.stream = stream
            _ = try await store.accept(submission, at: at)
        }

        func frame(_ stream: String, after seconds: Int64) async throws -> StreamFrame {
            var known: StoredStream?
            return try await frame(stream, after: seconds, knowing: &known)
        }

        func frame(
            _ stream: String, after seconds: Int64, knowing known: inout StoredStream?
        ) async throws -> StreamFrame {
            try await view.frame(of: stream, to: bot, at: start.advanced(by: .seconds(seconds)), knowing: &known)
        }
    }

    private func withView(_ body: (World) async throws -> Void) async throws {
        let directory = try TemporaryDirectory(prefix: "lanes-tests-")
        let keys = try CallbackKeys(token: Secret("t"), encodingAESKey: Secret(String(repeating: "k", count: 43)))
        let bot = App(
            .bot(BotID("aib1")), name: "helper", keys: keys, agent: "echo", policy: .all, speech: BotWebhookLane.speech,
            texts: .english)
        let store = try await SQLiteStore(at: "\(directory.path)/router.db", serving: [bot.endpoint])
        let turns = RunningTurns()
        let view = StreamView(
            store: store, turns: turns,
            pictures: ShownPictures(in: try BlobFolder(at: directory.path + "/blobs")))
        try await body(World(store: store, turns: turns, view: view, bot: bot, start: .steady))
        await store.close()
        withExtendedLifetime(directory) {}
    }

    @Test("one that is not known ends at once; one that is open thinks")
    func unknown() async throws {
        try await withView { world in
            #expect(try await world.frame("nobody's", after: 0) == .closing("nobody's", ""))
            try await world.open("s")
            #expect(try await world.frame("s", after: 0) == .running("s", StreamFrame.thinking))
            #expect(try await world.frame("s", after: 329) == .running("s", StreamFrame.thinking))
        }
    }

    @Test("after five and a half minutes it ends, and says that the answer comes by itself")
    func tooLong() async throws {
        try await withView { world in
            try await world.open("s")
            _ = try await world.store.say("A picture could not be fetched.", in: "s")
            let ended = try await world.frame("s", after: 330)
            #expect(
                ended == .closing("s", "A picture could not be fetched.\n\n\(ChatTexts.english.streamMoved)"))
        }
    }

    @Test("our own words stay above the answer where there is room for both")
    func words() async throws {
        try await withView { world in
            try await world.open("s")
            _ = try await world.store.say("A note.", in: "s")
            _ = try await world.store.seal(
                "s", with: "The answer.", openedAfter: world.start.advanced(by: .seconds(-1)))
            #expect(try await world.frame("s", after: 1) == .closing("s", "A note.\n\nThe answer."))
            let long = String(repeating: "x", count: BotReply.maxTextBytes)
            try await world.open("t", after: 1)
            _ = try await world.store.say("A note.", in: "t")
            _ = try await world.store.seal("t", with: long, openedAfter: world.start)
            #expect(try await world.frame("t", after: 2) == .closing("t", long))
        }
    }

    @Test("the reply to a message that is answered with a later one ends when that is, and says so")
    func merged() async throws {
        try await withView { world in
            try await world.open("a", window: .seconds(10))
            try await world.open("b", after: 1, window: .seconds(10))
            let later = world.start.advanced(by: .seconds(20))
            let job = try #require(try await world.store.claim(1, for: "w", at: later).first)
            #expect(job.messages.count == 2)
            _ = try await world.store.settle(job.lease, as: Settlement(.done, reason: nil), at: later)
            _ = try await world.store.seal("b", with: "Both.", openedAfter: world.start)
            #expect(try await world.frame("a", after: 21) == .closing("a", ChatTexts.english.answeredTogether))
            #expect(try await world.frame("b", after: 21) == .closing("b", "Both."))
        }
    }

    @Test("an answer that fills its message is cut for the notice that it will come by itself")
    func longAndTooLong() async throws {
        try await withView { world in
            try await world.open("s")
            _ = try await world.store.say("A note.", in: "s")
            let job = try #require(try await world.store.claim(1, for: "w", at: world.start).first)
            world.turns.begin(job).feed.note(.text(String(repeating: "长", count: 8000)))
            let ended = try await world.frame("s", after: 330)
            #expect(ended.isFinished && ended.content.utf8.count <= BotReply.maxTextBytes)
            #expect(ended.content.utf8.count > BotReply.maxTextBytes - 4)
            #expect(ended.content.hasPrefix("A note.\n\n长"))
            #expect(ended.content.hasSuffix("长…\n\n\(ChatTexts.english.streamMoved)"))
        }
    }

    @Test("the reply to a message that somebody had stopped says so, once, and nothing of another message")
    func cancelled() async throws {
        try await withView { world in
            for (index, said) in [String?.none, "An administrator did it."].enumerated() {
                let stream = "s\(index)"
                try await world.open(stream)
                if let said { _ = try await world.store.say(said, in: stream) }
                let job = try #require(try await world.store.claim(1, for: "w", at: world.start).first)
                _ = try await world.store.settle(job.lease, as: Settlement(.cancelled), at: world.start)
                let words = said ?? ChatTexts.english.stopped
                #expect(try await world.frame(stream, after: 3) == .closing(stream, words))
            }
        }
    }

    @Test("the reply to a message whose answer is none of words ends with a sign that it is there")
    func wordless() async throws {
        try await withView { world in
            try await world.open("s")
            let job = try #require(try await world.store.claim(1, for: "w", at: world.start).first)
            _ = try await world.store.settle(job.lease, as: Settlement(.done), at: world.start)
            #expect(try await world.frame("s", after: 3) == .closing("s", "✓"))
        }
    }

    @Test("another bot's stream is as one that never was")
    func ofAnother() async throws {
        try await withView { world in
            try await world.open("s")
            let other = App(
                .bot(BotID("aib2")), name: "other", keys: nil, agent: "echo", policy: .all,
                speech: BotWebhookLane.speech,
                texts: .english)
            let now = world.start.advanced(by: .seconds(1))
            #expect(try await world.view.reply(of: "s", to: other, at: now) == .stream(.closing("s", "")))
            var known: StoredStream?
            #expect(try await world.view.frame(of: "s", to: other, at: now, knowing: &known) == .closing("s", ""))
            #expect(try await world.view.reply(of: "s", to: world.bot, at: now) != .stream(.closing("s", "")))
        }
    }

    @Test(
        "while the turn that answers runs here, its stream is not read from the store again, and once it has ended it is"
    )
    func readSeldom() async throws {
        try await withView { world in
            try await world.open("s")
            var known: StoredStream?
            #expect(try await world.frame("s", after: 1, knowing: &known) == .running("s", StreamFrame.thinking))
            let job = try #require(try await world.store.claim(1, for: "w", at: world.start).first)
            let turn = world.turns.begin(job)
            turn.feed.note(.text("So far"))
            _ = try await world.store.seal("s", with: "Whole.", openedAfter: world.start.advanced(by: .seconds(-1)))
            #expect(try await world.frame("s", after: 2, knowing: &known) == .running("s", "So far"))
            world.turns.end(turn)
            #expect(try await world.frame("s", after: 3, knowing: &known) == .closing("s", "Whole."))
        }
    }

    @Test("a question's card goes below an open stream, once, and another below one that ends")
    func cards() async throws {
        try await withView { world in
            let question = TemplateCard.buttons(
                [.init("Yes", style: .blue, key: "1")], title: "May I?", subtitle: nil, taskID: "q-1")
            let notice = TemplateCard.notice(title: "Anew", opening: TemplateCard.homepage)
            let before = world.start.advanced(by: .seconds(-1))
            func reply(_ stream: String) async throws -> BotReply {
                try await world.view.reply(of: stream, to: world.bot, at: world.start.advanced(by: .seconds(1)))
            }
            let thinking = StreamFrame.running("s", StreamFrame.thinking)
            try await world.open("s")
            _ = try await world.store.put(question, below: "s", openedAfter: before)
            #expect(try await reply("s") == .streamWithCard(thinking, question))
            #expect(try await reply("s") == .stream(thinking))
            try await world.open("t", after: 1)
            _ = try await world.store.put(notice, below: "t", openedAfter: before)
            #expect(try await reply("t") == .stream(.running("t", StreamFrame.thinking)))
            _ = try await world.store.seal("t", with: "Failed.", openedAfter: before)
            #expect(try await reply("t") == .streamWithCard(.closing("t", "Failed."), notice))
            #expect(try await reply("t") == .stream(.closing("t", "Failed.")))
            // A question is of no use once its stream has ended.
            try await world.open("u", after: 2)
            _ = try await world.store.put(question, below: "u", openedAfter: before)
            _ = try await world.store.seal("u", with: "Done.", openedAfter: before)
            #expect(try await reply("u") == .stream(.closing("u", "Done.")))
            #expect(try await reply("nobody's") == .stream(.closing("nobody's", "")))
        }
    }
}
