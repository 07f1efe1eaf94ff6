import Simulator
import System

/// A message of the server's, as it answers a line: the whole of the answer, or a part of it.
struct Echo {
    let line: Line
    /// The number of the part, counted from 1.
    let part: Int
    /// The number of parts.
    let count: Int
    let saying: Saying
    let door: Door?
    /// The person or the group that saw it.
    let peer: String
    /// WeCom took it and showed it to nobody.
    let isSwallowed: Bool
    /// The moment at which WeCom took it; nil of what a bot shows, which is there once.
    let at: MonotonicTime?

    /// nil if it does not tell what it answers.
    init?(_ message: SentMessage, in wecom: FakeWeCom, _ cast: Cast) {
        (door, peer) = (cast.door(of: message), message.to)
        (isSwallowed, at) = (message.isSwallowed, message.at)
        if let media = message.media {
            guard let bytes = wecom.bytes(of: media), let line = Line(file: bytes) else { return nil }
            self.line = line
            (part, count) = (1, 1)
            saying = .file(bytes)
        } else {
            let text = message.text
            guard let line = Line(beginning: text) else { return nil }
            self.line = line
            let mark = PartMark(endOf: text)
            (part, count) = (mark?.number ?? 1, mark?.count ?? 1)
            saying = .text(mark.map { String(text.dropLast($0.length)) } ?? text)
        }
    }

    /// nil if it does not tell what it answers.
    init?(_ bubble: Bubble, _ cast: Cast) {
        let text = LossNotice.rest(of: bubble.text) ?? bubble.text
        guard let line = Line(beginning: text) else { return nil }
        self.line = line
        door = cast.door(of: bubble)
        // A bubble is where the message is that it answers.
        peer = bubble.answered.flatMap { Line($0) }?.conversation.peer ?? ""
        (part, count) = (1, 1)
        saying = .text(text)
        (isSwallowed, at) = (false, nil)
    }

    var name: String { count == 1 ? "\(line)" : "\(line) (\(part)/\(count))" }
}

extension Line {
    /// Reads the name of a line with which a text begins.
    fileprivate init?(beginning text: String) { self.init(text.prefix { !$0.isWhitespace }) }
}

/// `(2/3)` on a line of its own, at the end of a part.
private struct PartMark {
    let number: Int
    let count: Int
    /// In characters, the empty line before it included.
    let length: Int

    init?(endOf text: String) {
        guard text.last == ")", let start = text.utf8.lastIndex(of: UInt8(ascii: "(")) else { return nil }
        let numbers = text[start...].dropFirst().dropLast().split(separator: "/").compactMap { Int($0) }
        guard text[..<start].hasSuffix("\n\n"), numbers.count == 2, numbers[0] >= 1, numbers[0] <= numbers[1] else {
            return nil
        }
        number = numbers[0]
        count = numbers[1]
        length = text[start...].count + 2
    }
}
