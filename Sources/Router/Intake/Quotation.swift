import Text
import WeCom

/// A message that a person pointed at while they wrote: its text stands as a quote before what they say of it, and its files come with theirs.
struct Quotation: Sendable {
    let text: String
    let media: [SentMedia]

    init(of message: InboundMessage) {
        guard let quote = message.quote, case .message(let text, let media) = Meaning(of: quote, menu: [:]) else {
            (self.text, self.media) = ("", [])
            return
        }
        let lines = text.cut(toCharacters: 2000, bytes: 8000).pieces { $0 == UInt8(ascii: "\n") }
        self.text = text.hasWords ? lines.map { "> \($0)\n" }.joined() + "\n" : ""
        self.media = media
    }

    var isEmpty: Bool { text.isEmpty && media.isEmpty }
}
