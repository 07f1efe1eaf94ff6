import Markdown
import Text
import WeCom

/// The format of an app's replies.
package enum ReplyFormat: String, Sendable, CaseIterable {
    /// Markdown for what profits from it, text for all else.
    case auto
    /// Text, which every client shows: those in WeChat show no Markdown.
    case text
    case markdown
}

/// A reply as it will be sent.
package struct ComposedReply: Sendable, Equatable {
    package enum Form: Sendable, Equatable { case text, markdown }

    /// A file in place of a reply that would take too many messages.
    package struct File: Sendable, Equatable {
        package let name: String
        package let content: [UInt8]

        package init(name: String, content: [UInt8]) {
            self.name = name
            self.content = content
        }
    }

    package let form: Form
    /// Each fits one message. There is none when the reply has nothing to read.
    package let parts: [String]
    /// The whole, as the agent wrote it; `parts` then only begin it.
    package let file: File?

    package init(form: Form, parts: [String], file: File? = nil) {
        self.form = form
        self.parts = parts
        self.file = file
    }
}

/// Makes messages of what an agent wrote.
package struct ReplyComposer: Sendable {
    private let format: ReplyFormat
    private let maxParts: Int
    private let speech: Speech

    /// Markdown grows and shrinks when it is rendered, but what is so many times larger than the messages does not fit them.
    private static let largestGain = 8

    package init(format: ReplyFormat, maxParts: Int = 8, within speech: Speech) {
        precondition(maxParts > 0, "a reply has at least one part")
        self.format = format
        self.maxParts = maxParts
        self.speech = speech
    }

    private var limit: Int { speech.limit }

    /// Makes messages of Markdown. A reply that takes too many of them goes as a file, and its beginning as the one message,
    /// with `fullTextNote` behind it; where such a file cannot go, the reply is cut and ends in `…`.
    package func compose(_ markdown: String, fullTextNote: String) -> ComposedReply {
        let largest = maxParts * limit * ReplyComposer.largestGain
        let beginning = String(markdown.beginning(bytes: largest))
        let (form, text) = render(beginning)
        if beginning.utf8.count == markdown.utf8.count,
            let parts = splitter(form, isNumbered: true).split(text, atMost: maxParts)
        {
            return ComposedReply(form: form, parts: parts, file: nil)
        }
        guard carriesFile(of: markdown) else { return cutShort(text, form) }
        return ComposedReply(
            form: .text, parts: [summary(of: beginning, fullTextNote)],
            file: ComposedReply.File(name: "reply.md", content: Array(markdown.utf8)))
    }

    private func render(_ markdown: String) -> (form: ComposedReply.Form, text: String) {
        let document = Document(parsing: markdown)
        let isWanted = format == .markdown || format == .auto && document.profitsFromMarkdown
        switch speech.markdown {
        case .basic where isWanted: return (.markdown, document.wecomMarkdown)
        case .full where isWanted: return (.markdown, markdown)
        case .none, .basic, .full: return (.text, plainText(of: document, from: markdown))
        }
    }

    private func carriesFile(of text: String) -> Bool { speech.carries(.file, size: text.utf8.count) }

    private func cutShort(_ text: String, _ form: ComposedReply.Form) -> ComposedReply {
        let parts = splitter(form, isNumbered: true).beginning(of: text, parts: maxParts, endingIn: "\n\n…")
        return ComposedReply(form: form, parts: parts, file: nil)
    }

    /// Renders as text. A source without Markdown goes as it was written, with all its white space.
    private func plainText(of document: Document, from source: String) -> String {
        let text = document.plainText
        return text.utf8.lazy.filter { $0 > 0x20 }.elementsEqual(source.utf8.lazy.filter { $0 > 0x20 }) ? source : text
    }

    private func splitter(_ form: ComposedReply.Form, isNumbered: Bool) -> ReplySplitter {
        ReplySplitter(limit: limit, syntax: form == .markdown ? .markdown : .plain, isNumbered: isNumbered)
    }

    private func summary(of markdown: String, _ note: String) -> String {
        beginning(of: plainText(of: Document(parsing: markdown), from: markdown), note)
    }

    /// Cuts a text so that it fits one message together with the note.
    private func beginning(of text: String, _ note: String) -> String {
        let end = note.isEmpty ? "" : "\n\n" + ReplySplitter(limit: limit / 2).beginning(of: note)
        return ReplySplitter(limit: max(4, limit - end.utf8.count)).beginning(of: text) + end
    }
}

extension ReplyComposer {
    /// Makes messages of a text that is no Markdown: it goes as it stands, else as Markdown does.
    package func compose(plain text: String, fullTextNote: String) -> ComposedReply {
        if let parts = splitter(.text, isNumbered: true).split(text, atMost: maxParts) {
            return ComposedReply(form: .text, parts: parts, file: nil)
        }
        guard carriesFile(of: text) else { return cutShort(text, .text) }
        return ComposedReply(
            form: .text, parts: [beginning(of: text, fullTextNote)],
            file: ComposedReply.File(name: "reply.txt", content: Array(text.utf8)))
    }
}
