import HostileTesting
import JSON
import System
import Testing
import WeCom

@testable import Router

@Suite("what is said to people, made of anything that anybody wrote", .timeLimit(.minutes(2)))
struct HostileReplyTests {
    @Test("a reply takes work in proportion, however it is shown", arguments: HostileText.all)
    func replies(_ kind: HostileText) async {
        // Others wait for this thread, some of them with deadlines.
        await Task.yield()
        let text = kind.text(bytes: kind.size)
        for format in ReplyFormat.allCases {
            expectWork(of: kind.size, microsecondsPerByte: 4, "\(kind) in \(format)") {
                let composed = ReplyComposer(format: format, within: .app).compose(text, fullTextNote: text)
                #expect(composed.parts.allSatisfy { $0.utf8.count <= 2048 })
            }
            await Task.yield()
        }
        expectWork(of: kind.size, microsecondsPerByte: 4, "\(kind) as it stands") {
            let composed = ReplyComposer(format: .text, within: .app).compose(plain: text, fullTextNote: "")
            #expect(composed.parts.allSatisfy { $0.utf8.count <= 2048 })
        }
    }

    @Test("all parts of a text take work in proportion, too", arguments: HostileText.all)
    func parts(_ kind: HostileText) async {
        await Task.yield()
        let text = kind.text(bytes: kind.size)
        for syntax in [ReplySplitter.Syntax.plain, .markdown] {
            expectWork(of: kind.size, microsecondsPerByte: 10, "\(kind), \(syntax)") {
                let parts = ReplySplitter(limit: 2048, syntax: syntax, isNumbered: true).split(text)
                #expect(parts.allSatisfy { $0.utf8.count <= 2048 })
            }
            await Task.yield()
        }
    }

    @Test("our own words about it fit one message each, and take work in proportion", arguments: HostileText.all)
    func words(_ kind: HostileText) async {
        await Task.yield()
        let text = kind.text(bytes: kind.size)
        expectWork(of: kind.size, microsecondsPerByte: 4, "\(kind)") {
            for result in results(of: text) {
                let words = ChatTexts.chinese.words(
                    for: result, ChatCommands(), within: .app, at: now, progress: { _ in text })
                hold(Part(to: address, saying: words, within: .app))
            }
            hold(Part(to: address, saying: ChatTexts.english.declined.filled(["reason": text]), within: .app))
            hold(Part(to: address, saying: text.filled(["text": "one", "count": "1"]), within: .app))
            #expect(text.excerpt.utf8.count <= 8000)
            _ = ChatCommands().command(in: text)
            _ = Meaning(of: .text(text), menu: [:])
        }
    }

    @Test("a question about it fits one message, on a card and in words", arguments: HostileText.all)
    func questions(_ kind: HostileText) async {
        await Task.yield()
        let text = kind.text(bytes: kind.size)
        for count in [2, 20] {
            let options = (0..<count).map { Question.Option("\($0)", text) }
            let question = Question(text, detail: text, options: options)
            expectWork(of: kind.size, microsecondsPerByte: 8, "\(kind), \(count) options") {
                for style in [AskedQuestion.Style.card, .text] where style == .text || count <= Question.maxButtons {
                    let asked = AskedQuestion(question, to: address, as: style, saying: .chinese, within: .app)
                    hold(asked.part(QuestionID(1), as: style))
                    hold(asked.latePart(after: .answered([0], by: "a")))
                }
                #expect(!AskedQuestion.fitsCard(question))
            }
        }
    }

    private func results(of text: String) -> [CommandResult] {
        let current = ConversationStatus.Current(job: JobID(1), text: text, phase: .running(since: now))
        return [
            .status(ConversationStatus(current: current, waiting: 2, question: text)),
            .queue(Array(repeating: text, count: 50)), .dropped(text), .retried(text),
        ]
    }

    /// Each text is within WeCom's limit; a card's texts are within four bytes for each character that they may have.
    private func hold(_ part: Part?) {
        switch part?.body {
        case .message(let content, _):
            if content.type == "text" {
                #expect(content.words.map { $0.utf8.count <= 2048 } == true)
            } else {
                #expect(Part(to: address, .message(content)).json.bytes.count <= 4096)
            }
        default: break
        }
    }

    private let address = ReplyAddress.user(UserID("zhangsan"))
    private let now = Timestamp(seconds: 1_790_000_000)
}
