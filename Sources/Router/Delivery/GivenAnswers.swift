import System
import Text
import WeCom

/// The kept answers that go with a new one: the oldest, as far as there is room for them above it.
struct GivenAnswers {
    /// Those that go.
    private(set) var given: [KeptAnswer] = []
    /// Their texts, each below a line that says from when it is.
    private(set) var text = ""
    /// Their files.
    private(set) var files: [Part.Body] = []

    private static let rule = "\n\n———\n\n"

    /// `text` is that of the new answer.
    init(
        _ kept: [KeptAnswer], above text: String, within speech: Speech, saying texts: ChatTexts, in zone: TimeZone
    ) {
        let room = GivenAnswers.room(above: text, within: speech)
        for answer in kept {
            guard case .message(let content, _) = answer.body else {
                files.append(answer.body)
                given.append(answer)
                continue
            }
            guard let words = content.words else { continue }
            let line = texts.keptAnswer.filled(["time": answer.askedAt.minutes(in: zone)])
            let block = (line.hasWords ? "\(line)\n\n\(words)" : words).cut(
                toBytes: GivenAnswers.largest(within: speech))
            let longer = self.text.isEmpty ? block : self.text + GivenAnswers.rule + block
            // They go in order: none goes by one that has to wait. Several go where they fill no more than one message.
            guard longer.utf8.count <= (self.text.isEmpty ? room : min(room, speech.limit)) else { return }
            self.text = longer
            given.append(answer)
        }
    }

    /// The new answer with what is given above it.
    func above(_ reply: Reply) -> Reply {
        guard !text.isEmpty else { return reply }
        let whole = reply.text.hasWords ? text + GivenAnswers.rule + reply.text : text
        return Reply(whole, isMarkdown: reply.isMarkdown, files: reply.files)
    }

    /// The bytes that there are above an answer.
    private static func room(above text: String, within speech: Speech) -> Int {
        speech.partsAtOnce < 100 ? max(0, bytesAtOnce(within: speech) - text.utf8.count) : bytesAtOnce(within: speech)
    }

    /// Two messages' worth where there are ways for any number. Where an answer is cut into messages, each of them stays a little
    /// below its limit.
    private static func bytesAtOnce(within speech: Speech) -> Int {
        min(speech.partsAtOnce, 2) * (speech.limit - speech.limit / 8)
    }

    /// More than one message with the line above it, which is what is kept of an answer, and no more than has room above a short
    /// answer.
    private static func largest(within speech: Speech) -> Int { bytesAtOnce(within: speech) - speech.limit / 4 }
}
