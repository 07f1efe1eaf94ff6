package import WeCom

/// The form that a lane gives to what is said: how much one message holds, and what it can show. All that is said to people is
/// made to fit it.
package struct Speech: Sendable, Equatable {
    /// The Markdown that a lane shows.
    package enum Markdown: Sendable {
        /// Plain text, without Markdown.
        case none
        /// The small subset of WeCom's apps: bold, links, quotes, code, colours.
        case basic
        /// All that agents write: headings, lists and tables, too.
        case full
    }

    /// The way in which a person sees that a turn runs.
    package enum Signs: Sendable {
        /// Messages of our own.
        case messages
        /// The reply itself, which shows while it is written: there is nothing to add.
        case stream
    }

    /// The bytes of UTF-8 that one message holds.
    package var limit: Int
    /// The messages of one answer for which the lane has a way. Those beyond are kept for the next answer.
    package var partsAtOnce = Int.max
    package var markdown = Markdown.none
    package var signs = Signs.messages
    /// Questions to one person can have buttons; else their options have numbers.
    package var asksWithCards = false
    /// True if an event is answered where it came from: a visit with the greeting, a press on a card with how that ended.
    package var answersEvents = false
    /// Somebody who only calls it, without a word, hears what it understands.
    package var answersCalls = false
    /// A line of a card can say something to us, as if the person had typed it.
    package var cardsSpeak = false
    /// A message that was sent can be taken back.
    package var recalls = false
    /// The kinds of files that can be sent, and how many bytes each may have.
    package var files: [UploadKind: Int] = [:]
    /// The same of an app that stands behind a bot. It reaches people alone.
    package var filesByApp: [UploadKind: Int] = [:]
    /// The pictures that a reply shows within itself; nil where each is a message of its own.
    package var pictures: Pictures?

    /// Pictures that go with an answer, and ahead of its text.
    package struct Pictures: Sendable, Equatable {
        package let count: Int
        /// The bytes of all together.
        package let bytes: Int

        package init(count: Int, bytes: Int) {
            self.count = count
            self.bytes = bytes
        }
    }

    package init(limit: Int) {
        precondition(limit >= Speech.leastLimit, "a message holds a question of \(Speech.leastLimit) bytes")
        self.limit = limit
    }

    /// Enough for twenty options beside a title, and for any question that fits a card when it is put in words.
    package static let leastLimit = 1792
    /// The form that every lane can carry. A job whose app is in force no more has it.
    package static let least = Speech(limit: leastLimit)
}

extension Speech {
    /// True if a question there can have buttons. WeCom shows them in chats with one person alone.
    func asksWithCards(to target: ReplyAddress.Target) -> Bool {
        guard asksWithCards, case .user = target else { return false }
        return true
    }

    /// Finds the kind as which a file goes that is best shown as `best`: that one, else a plain file.
    package func kind(showing best: UploadKind, size: Int) throws(FileNotCarried) -> UploadKind {
        for kind in [best, .file] where carries(kind, size: size) { return kind }
        throw FileNotCarried(size: size, largest: files[.file] ?? files[best])
    }

    /// The form of messages to that address, which may have a way through an app.
    func to(_ address: ReplyAddress) -> Speech {
        guard !filesByApp.isEmpty, address.ways.contains(where: { $0.kind == .app }) else { return self }
        var speech = self
        speech.files.merge(filesByApp) { max($0, $1) }
        return speech
    }

    func carries(_ kind: UploadKind, size: Int) -> Bool { files[kind].map { size <= $0 } ?? false }
}

/// The reason why a lane carries a file as no kind.
package struct FileNotCarried: Error, Equatable, CustomStringConvertible {
    package let size: Int
    /// nil where none of its kind can be sent.
    package let largest: Int?

    package var description: String {
        largest.map { "it has \(size) bytes, and files of at most \($0) can be sent here" }
            ?? "files of its kind cannot be sent here"
    }
}
