import JSON
import Lanes
import Lifecycle
import RouterTesting
import System
import Testing
import WeCom

@testable import Router

/// The making of all that is said, so that it fits the lane that it goes by.
@Suite(.timeLimit(.minutes(1))) struct SpeechTests {
    static let all: [Speech] = [.least, .app, .bot, Speech(limit: 5000)]

    private static func sentences(_ count: Int) -> String { (1...count).map { "第\($0)句，**有一点**长。" }.joined() }

    // MARK: Replies

    @Test("the parts of a reply fill the messages of a lane and no more", arguments: all)
    func parts(_ speech: Speech) {
        let text = SpeechTests.sentences(speech.limit / 10)
        let reply = ReplyComposer(format: .text, within: speech).compose(text, fullTextNote: "")
        #expect(reply.file == nil && (2...8).contains(reply.parts.count))
        #expect(reply.parts.allSatisfy { $0.utf8.count <= speech.limit })
        #expect(reply.parts.dropLast().allSatisfy { $0.utf8.count > speech.limit / 2 })
    }

    @Test("a reply that apps send in parts is one message where messages are longer")
    func oneMessage() {
        let text = SpeechTests.sentences(300)
        #expect(ReplyComposer(format: .text, within: .app).compose(text, fullTextNote: "").parts.count > 1)
        #expect(ReplyComposer(format: .text, within: .bot).compose(text, fullTextNote: "").parts.count == 1)
    }

    @Test(
        "Markdown is shown as far as the lane shows it",
        arguments: [
            (Speech.Markdown.none, ComposedReply.Form.text, "T\n\n• 好的"),
            (.basic, .markdown, "# T\n• **好**的"), (.full, .markdown, "# T\n\n- **好**的"),
        ])
    func markdown(_ dialect: Speech.Markdown, _ form: ComposedReply.Form, _ shown: String) {
        var speech = Speech.app
        speech.markdown = dialect
        for format in [ReplyFormat.auto, .markdown] {
            let reply = ReplyComposer(format: format, within: speech).compose("# T\n\n- **好**的", fullTextNote: "")
            #expect(reply.form == form && reply.parts == [shown])
        }
        #expect(ReplyComposer(format: .text, within: speech).compose("**a**", fullTextNote: "").parts == ["a"])
    }

    @Test("a reply that is too long ends in … where no files go, and goes as a file where they do", arguments: all)
    func tooLong(_ speech: Speech) throws {
        for isMarkdown in [true, false] {
            let text = SpeechTests.sentences(speech.limit)
            let composer = ReplyComposer(format: .text, maxParts: 3, within: speech)
            let reply =
                isMarkdown
                ? composer.compose(text, fullTextNote: "NOTE") : composer.compose(plain: text, fullTextNote: "NOTE")
            #expect(reply.parts.allSatisfy { $0.utf8.count <= speech.limit })
            let last = try #require(reply.parts.last)
            if speech.files[.file] == nil {
                #expect(reply.file == nil && reply.parts.count == 3)
                #expect(last.hasSuffix("\n\n…\n\n(3/3)") && !last.contains("NOTE"))
            } else {
                #expect(reply.file?.content == Array(text.utf8) && last.hasSuffix("NOTE"))
            }
        }
    }

    @Test("a reply whose file would be too large for the lane ends in … as well")
    func fileTooLarge() {
        let text = SpeechTests.sentences(3000)
        var speech = Speech.app
        for (largest, isFile) in [(text.utf8.count, true), (text.utf8.count - 1, false)] {
            speech.files = [.file: largest]
            let reply = ReplyComposer(format: .text, maxParts: 3, within: speech).compose(text, fullTextNote: "")
            #expect((reply.file != nil) == isFile && (reply.parts.count == 3) == !isFile)
        }
    }

    // MARK: Our own texts

    @Test("a text with what others wrote in it is cut to one message", arguments: all)
    func ownTexts(_ speech: Speech) throws {
        let address = ReplyAddress.user(UserID("u"))
        let long = String(repeating: "长", count: speech.limit)
        let part = try #require(Part(to: address, saying: long, within: speech))
        #expect((speech.limit - 8...speech.limit).contains(part.excerpt.utf8.count))
        #expect(Part(to: address, saying: "short", within: speech)?.excerpt == "short")
        #expect(Part(to: address, saying: " ", within: speech) == nil)
    }

    @Test("the queue lists as many messages as one of the lane holds", arguments: all)
    func queue(_ speech: Speech) {
        let waiting = Array(repeating: String(repeating: "长", count: 100), count: 500)
        let words = ChatTexts.chinese.words(
            for: .queue(waiting), ChatCommands(), within: speech, at: Timestamp(seconds: 1)
        ) { _ in nil }
        #expect((speech.limit - 300...speech.limit).contains(words.utf8.count))
    }

    // MARK: Questions

    @Test(
        "a question in words fits one message, with all its options, and shows more where there is room", arguments: all
    )
    func question(_ speech: Speech) {
        let options = (1...Question.maxOptions).map { Question.Option("\($0)", String(repeating: "选", count: 100)) }
        let question = Question(
            String(repeating: "问", count: 500), detail: String(repeating: "细", count: 9000), options: options)
        let asked = AskedQuestion(
            question, to: .user(UserID("u")), as: .text, saying: .chinese, within: speech)
        let text = asked.part(QuestionID(1), as: .text).excerpt
        #expect(text.utf8.count <= speech.limit && text.contains("\n20. 选"))
        #expect(text.contains(String(repeating: "选", count: 100)) == (speech.limit >= 20_480))
    }

    @Test("what fits a card stands in words whole, however short the messages are")
    func cardInWords() {
        let options = (1...Question.maxButtons).map {
            Question.Option("\($0)", "\($0)" + String(repeating: "选", count: 19))
        }
        let detail = String(repeating: "细", count: 159) + "。"
        let question = Question(String(repeating: "问", count: 60), detail: detail, options: options)
        #expect(AskedQuestion.fitsCard(question))
        let asked = AskedQuestion(question, to: .user(UserID("u")), as: .card, saying: .chinese, within: .least)
        let text = asked.part(QuestionID(1), as: .text).excerpt
        #expect(text.contains(question.title) && text.contains(detail))
        #expect(options.allSatisfy { text.contains($0.label) })
    }

    @Test("a question is read back with the length of message that it was asked with")
    func storedQuestion() throws {
        let question = Question("May I?", options: [.init("y", "Yes")])
        for speech in SpeechTests.all {
            let asked = AskedQuestion(question, to: .user(UserID("u")), as: .text, saying: .english, within: speech)
            let read = AskedQuestion(json: asked.json, key: nil, to: asked.address, as: .text)
            #expect(read?.limit == speech.limit)
        }
    }

    @Test("a question is asked with a card only by a lane that has cards, and of one person")
    func style() throws {
        let question = Question("May I?", options: [.init("y", "Yes")])
        func style(
            _ speech: Speech, _ target: ReplyAddress.Target = .user(UserID("u"))
        ) throws -> AskedQuestion.Style {
            AskingRules(app: try Workshop.app(speech: speech), time: .seconds(1)).style(of: question, to: target)
        }
        #expect(try style(.app) == .card)
        #expect(try style(.bot) == .text)
        #expect(try style(BotSocketLane.speech) == .card)
        #expect(try style(BotWebhookLane.speech, .chat(ChatID("wr1"))) == .text)
    }

    @Test(
        "a card that was pressed shows how its question ended, as WeCom takes it, and as nothing where that is not said"
    )
    func endedCards() throws {
        let question = Question("May I?", detail: "rm x", options: [.init("y", "Yes"), .init("n", "No")])
        var texts = ChatTexts.english
        let endings: [QuestionEnding] = [
            .answered([1], by: "u"), .answered([7], by: "u"), .expired, .withdrawn, .lapsed,
        ]
        for ending in endings {
            let asked = AskedQuestion(question, to: .user(UserID("u")), as: .card, saying: texts, within: .least)
            let card = try #require(asked.card("q-1", showing: ending))
            #expect(card.taskID == "q-1" && card.json["main_title"]?["title"] == "May I?")
            try BotCardUpdate(for: [UserID("u")], card).validate()
        }
        try BotCardUpdate(try #require(AskedQuestion.strangeCard("q-1", saying: texts))).validate()
        texts.questionOver = ""
        try BotCardUpdate(try #require(AskedQuestion.strangeCard("q-1", saying: texts))).validate()
        (texts.questionLapsed, texts.questionExpired) = ("", "")
        #expect(AskedQuestion.strangeCard("q-1", saying: texts) == nil)
        let asked = AskedQuestion(question, to: .user(UserID("u")), as: .card, saying: texts, within: .least)
        #expect(asked.card("q-1", showing: .expired) == nil)
    }

    @Test("what failed offers one person to start over, where cards can speak for them and there is a word for it")
    func startOver() throws {
        func card(
            _ speech: Speech, to address: ReplyAddress = .user(UserID("u")),
            _ adjust: (inout Conduct) -> Void = { _ in }
        ) throws -> TemplateCard? {
            try Workshop.app(speech: speech, conduct: adjust).offeringToStartOver([Part(to: address, "failed")])[0].card
        }
        let json = try #require(try card(BotSocketLane.speech)).json
        let line = json["jump_list"]?.array?.first
        #expect(line?["type"] == 3 && line?["question"] == "/new" && line?["title"] == "开始新会话")
        try BotReply.card(TemplateCard(stored: json)).validate(for: .push(.single))
        #expect(try card(.app) == nil)
        #expect(try card(BotSocketLane.speech, to: ReplyAddress(.chat(ChatID("wr1")), by: [Way(.push)])) == nil)
        #expect(try card(BotSocketLane.speech) { $0.commands.words[.new] = [] } == nil)
        #expect(try Workshop.app(speech: BotSocketLane.speech).offeringToStartOver([]).isEmpty)
    }

    // MARK: Signs of life

    @Test("signs of life are taken back where that is wanted and the lane can")
    func recalls() throws {
        #expect(try Workshop.app(speech: .app).recallsSigns)
        #expect(try !Workshop.app(speech: .bot).recallsSigns)
        #expect(try !Workshop.app(speech: .app) { $0.signs.recalls = false }.recallsSigns)
    }

    @Test(
        "a person is told that a turn runs, but not where the reply shows while it grows",
        arguments: [Speech.app, .bot])
    func signs(_ speech: Speech) async throws {
        let said = Lock<[String]>([])
        let app = try Workshop.app(speech: speech) {
            $0.signs.acknowledgeAfter = .zero
            $0.signs.progressEvery = nil
        }
        // With a clock that stands still and no progress to tell of it has nothing to wait for.
        let say = { @Sendable (text: String) in said.withLock { $0.append(text) } }
        await SignSpeaker(app: app, age: .zero, acknowledge: say, say: say).run(
            RunningTurns(by: ManualClock()).begin(job))
        #expect(said.withLock { $0 } == (speech.signs == .messages ? [app.texts.acknowledged] : []))
    }

    private let job = ClaimedJob(
        lease: Lease(job: JobID(1), number: 1),
        conversation: ConversationKey(endpoint: .bot(BotID("aibX")), user: UserID("u")), epoch: 0, attempt: 1,
        crashes: 0, messages: [])

    // MARK: Files

    @Test(
        "a file goes as what shows it best, else as a file, else not at all",
        arguments: [
            ([UploadKind.image: 100, .file: 200], UploadKind.image, 100, UploadKind.image),
            ([.image: 100, .file: 200], .image, 101, .file), ([.image: 100, .file: 200], .image, 201, nil),
            ([.file: 200], .video, 200, .file), ([.image: 100], .image, 101, nil), ([.image: 100], .file, 1, nil),
            ([:], .file, 1, nil),
        ] as [([UploadKind: Int], UploadKind, Int, UploadKind?)])
    func kinds(_ files: [UploadKind: Int], _ best: UploadKind, _ size: Int, _ kind: UploadKind?) {
        var speech = Speech.app
        speech.files = files
        #expect((try? speech.kind(showing: best, size: size)) == kind)
    }

    @Test("of a file that a lane does not carry the person is told why, and the text goes")
    func notCarried() async throws {
        let directory = try TemporaryDirectory(prefix: "router-tests-")
        let packer = ReplyPacker(blobs: try BlobFolder(at: directory.path + "/blobs"), log: .silent)
        let reply = Reply("here it is", files: [ReplyFile(.bytes(Array("0123456789".utf8)), name: "a.txt")])
        func parts(_ change: (inout Speech) -> Void) async -> [Part] {
            var speech = Speech.app
            change(&speech)
            return await packer.parts(
                of: reply, to: .user(UserID("u")), in: ReplyStyle(), within: speech, saying: .english)
        }
        let whole = await parts { _ in }
        #expect(whole.count == 2 && whole.last?.excerpt == "[file] a.txt")
        let none = await parts { $0.files = [:] }
        #expect(none.count == 2 && none.first?.excerpt == "here it is")
        #expect(none.last?.excerpt.contains("files of its kind cannot be sent here") == true)
        let small = await parts { $0.files = [.file: 9] }
        #expect(small.last?.excerpt.contains("it is larger than 9 bytes") == true)
        withExtendedLifetime(directory) {}
    }
}
