import System
import Testing

@testable import Router

@Suite("What people are told, in their language alone") struct ChatTextsTests {
    private static let languages = ChatTexts.Language.allCases
    private let job = JobID(4_711_000_000_000)

    /// True if there is nothing of another language in it. Words to type, units and what people named themselves are in both.
    private func isPure(_ text: String, _ language: ChatTexts.Language) -> Bool {
        let text = text.replacing("/retry", with: "").replacing("MB", with: "")
        let latin = text.unicodeScalars.contains { $0.isASCII && $0.properties.isAlphabetic }
        let chinese = text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        return language == .chinese ? !latin && chinese : latin && !chinese
    }

    /// The text without its places to fill in.
    private func frame(_ text: String) -> String {
        text.split(separator: "{", omittingEmptySubsequences: false).enumerated().map {
            $0 == 0 ? $1 : $1.drop { $0 != "}" }.dropFirst()
        }.joined()
    }

    @Test("every text is in its own language, and is said", arguments: languages)
    func texts(language: ChatTexts.Language) {
        let texts = ChatTexts(language)
        #expect(texts.language == language)
        for (name, path) in ChatTexts.names {
            let text = texts[keyPath: path]
            #expect(!text.isEmpty, "\(name)")
            let words = frame(text).replacing("/", with: "")
            let isFrameOnly = !words.unicodeScalars.contains { $0.properties.isAlphabetic }
            #expect(isFrameOnly || isPure(words, language), "\(name): \(text)")
        }
    }

    @Test(
        "a failure of any class names its number in the person's language, whatever the reason is written in",
        arguments: languages, AgentFailure.Class.allCases)
    func failures(language: ChatTexts.Language, kind: AgentFailure.Class) {
        let foreign = language == .chinese ? "the endpoint answers 413: too long" : "内容太长了"
        for isForPeople in [false, true] {
            let failure = AgentFailure(kind, foreign, isForPeople: isForPeople)
            let text = ChatTexts(language).words(for: failure, of: job, retry: "/retry")
            #expect(isPure(text, language), "\(text)")
            #expect(text.contains(job.shortNumber) && !text.contains(foreign))
            #expect(text.contains("/retry") == (kind != .input && kind != .refused))
        }
    }

    @Test("an agent's own words to the person are told in their language, ours are not")
    func ownWords() {
        func told(_ reason: String, _ isForPeople: Bool, _ language: ChatTexts.Language = .chinese) -> Bool {
            let failure = AgentFailure(.refused, reason, isForPeople: isForPeople)
            return ChatTexts(language).words(for: failure, of: job, retry: nil).contains(reason)
        }
        #expect(told("这个问题不便回答", true) && told("请用 Excel 打开", true))
        #expect(!told("这个问题不便回答", false) && !told("the agent answers 400: 内容", true) && !told("no", true))
        #expect(told("I would rather not", true, .english) && !told("不便回答", true, .english))
    }

    @Test("where a command or a text is off, nothing of it is left", arguments: languages)
    func off(language: ChatTexts.Language) {
        var texts = ChatTexts(language)
        #expect(!texts.words(for: AgentFailure(.config, "x"), of: job, retry: nil).contains("retry"))
        (texts.failureNumber, texts.retryHint) = ("", "")
        #expect(texts.words(for: AgentFailure(.config, "x"), of: job, retry: "/retry") == texts.failed)
        texts.failed = ""
        texts.failureNumber = "{number}"
        #expect(texts.words(for: AgentFailure(.config, "x"), of: job, retry: "/retry").isEmpty)
    }

    @Test("a file that does not go is told with a reason in the person's language", arguments: languages)
    func files(language: ChatTexts.Language) {
        for loss: FileLoss in [.tooLarge(limit: 20 << 20), .tooLargeTogether, .notCarried, .unreadable, .notFetched] {
            let text = ChatTexts(language).words(for: loss, of: "1")
            #expect(isPure(text, language) && text.contains("“1”") && !text.contains("{"), "\(text)")
        }
        let kinds = SentMedia.Kind.allCases.map { ChatTexts(language).name(of: $0) }
        #expect(kinds.allSatisfy { isPure($0, language) } && Set(kinds).count == 4)
        #expect(isPure(ChatTexts(language).mark(ofCut: 3000), language))
    }

    @Test(
        "a time is said in words",
        arguments: [
            (2, "2 秒", "2 s"), (119, "119 秒", "119 s"), (120, "2 分钟", "2 min"), (3600, "1 小时", "1 h"),
            (3_900, "1 小时 5 分钟", "1 h 5 min"), (-1, "0 秒", "0 s"),
        ])
    func times(seconds: Int, chinese: String, english: String) {
        #expect(ChatTexts.chinese.words(for: .seconds(seconds)) == chinese)
        #expect(ChatTexts.english.words(for: .seconds(seconds)) == english)
    }

    @Test("a size is said in the largest unit of which it has one")
    func sizes() {
        let sizes = [9, 1024, 500 << 10, 20 << 20].map { ChatTexts.chinese.words(forSize: $0) }
        #expect(sizes == ["9 字节", "1 KB", "500 KB", "20 MB"])
        #expect(ChatTexts.english.words(forSize: 1023) == "1023 bytes")
    }

    @Test("help puts signs between the words of a command and what it does")
    func help() {
        let now = Timestamp(seconds: 0)
        let chinese = ChatTexts.chinese.words(for: .help, ChatCommands(), within: .app, at: now) { _ in nil }
        #expect(chinese.hasPrefix("/new、新会话、/clear、/reset：开始新的会话\n/stop、停止："))
        let english = ChatTexts.english.words(for: .help, ChatCommands(), within: .app, at: now) { _ in nil }
        #expect(english.hasPrefix("/new, 新会话, /clear, /reset: begins a new session\n"))
    }

    @Test("a message without words is called by its kind")
    func wordless() {
        #expect(ChatTexts.chinese.excerpt("[image]") == "[图片]" && ChatTexts.english.excerpt("[voice]") == "[recording]")
        #expect(ChatTexts.chinese.excerpt("[images]") == "[images]")
    }

    @Test("a number of six digits is made of a job's number, and hardly two in a thousand share one")
    func numbers() {
        let numbers = (0..<1000).map { JobID(4_711_000_000_000 + Int64($0) << 13).shortNumber }
        #expect(numbers.allSatisfy { $0.count == 6 && $0.allSatisfy(\.isNumber) })
        #expect(Set(numbers).count >= 998)
        #expect(job.shortNumber == JobID(job.number).shortNumber)
    }
}
