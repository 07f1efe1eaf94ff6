import Text

/// Puts tokens together: emphasis by pairs of marks, colours by pairs of tags.
struct InlineBuilder {
    /// Marks or a tag that something may end, with what has come behind it.
    private struct Opener {
        enum Kind {
            case run(DelimiterRun)
            case font(FontColor, source: String)
        }

        var kind: Kind
        var content = Content()

        /// Its text when nothing ends it.
        var literal: String {
            switch kind {
            case .run(let run): run.text
            case .font(_, let source): source
            }
        }
    }

    private struct Content {
        private var inlines: [Inline] = []
        private var text = ""

        mutating func append(_ more: String) { text += more }

        mutating func append(_ inline: Inline) {
            flush()
            inlines.append(inline)
        }

        mutating func append(_ other: Content) {
            for inline in other.inlines { append(inline) }
            text += other.text
        }

        mutating func finish() -> [Inline] {
            flush()
            return inlines
        }

        private mutating func flush() {
            if !text.isEmpty { inlines.append(.text(text)) }
            text = ""
        }
    }

    private let bytes: [UInt8]
    private var root = Content()
    private var openers: [Opener] = []

    /// The number that may wait for their end; of more, the oldest are text. It bounds the depth of what is built.
    private static let maxOpeners = 32

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func finish() -> [Inline] {
        while !openers.isEmpty { giveUp(at: 0) }
        return root.finish()
    }

    mutating func append(_ inline: Inline) {
        if openers.isEmpty { root.append(inline) } else { openers[openers.count - 1].content.append(inline) }
    }

    private mutating func append(_ text: String) {
        if openers.isEmpty { root.append(text) } else { openers[openers.count - 1].content.append(text) }
    }

    /// Takes a token, of text only what begins at `start`.
    mutating func take(_ token: InlineToken, from start: Int) {
        let source = bytes[start..<token.range.upperBound]
        switch token.kind {
        case .text, .bracket, .closingBracket: append(source.text)
        case .replacement(let text): append(text)
        case .code(let code): append(.code(code))
        case .autolink(let destination): append(.link([.text(visible(source))], to: destination))
        case .softBreak: append(.softBreak)
        case .lineBreak: append(.lineBreak)
        case .run(let run): take(run)
        case .font(let color): push(Opener(kind: .font(color, source: source.text)))
        case .closingFont: closeFont(source.text)
        }
    }

    private func visible(_ source: ArraySlice<UInt8>) -> String {
        source.starts(with: "<") ? source.dropFirst().dropLast().text : unescaped(source)
    }

    // MARK: Openers

    private mutating func push(_ opener: Opener) {
        if openers.count == InlineBuilder.maxOpeners { giveUp(at: 0) }
        openers.append(opener)
    }

    /// Makes text of an opener's marks and hands its content to what stands before it.
    private mutating func giveUp(at index: Int) {
        let opener = openers.remove(at: index)
        if index == 0 {
            root.append(opener.literal)
            root.append(opener.content)
        } else {
            openers[index - 1].content.append(opener.literal)
            openers[index - 1].content.append(opener.content)
        }
    }

    /// Gives up all that was opened behind `index`, and takes the content of the opener there.
    private mutating func takeContent(of index: Int) -> [Inline] {
        while openers.count > index + 1 { giveUp(at: index + 1) }
        let content = openers[index].content.finish()
        openers[index].content = Content()
        return content
    }

    private mutating func closeFont(_ source: String) {
        for index in openers.indices.reversed() {
            guard case .font(let color, _) = openers[index].kind else { continue }
            let content = takeContent(of: index)
            openers.removeLast()
            return append(.font(color, content))
        }
        append(source)
    }

    private mutating func take(_ run: DelimiterRun) {
        var run = run
        while run.canClose, run.count > 0, let (index, opener, width) = opener(for: run) {
            let content = takeContent(of: index)
            run.count -= width
            var opener = opener
            opener.count -= width
            openers[index].kind = .run(opener)
            if opener.count == 0 { openers.removeLast() }
            append(wrapped(content, run.mark, width))
        }
        guard run.count > 0 else { return }
        if run.canOpen { push(Opener(kind: .run(run))) } else { append(run.text) }
    }

    /// The nearest marks that `closer` pairs with, within the same colour.
    private func opener(for closer: DelimiterRun) -> (index: Int, run: DelimiterRun, width: Int)? {
        for index in openers.indices.reversed() {
            guard case .run(let run) = openers[index].kind else { return nil }
            let width = run.pairing(with: closer)
            if width > 0 { return (index, run, width) }
        }
        return nil
    }

    private func wrapped(_ content: [Inline], _ mark: UInt8, _ width: Int) -> Inline {
        if mark == "~" { return .strikethrough(content) }
        if mark == "_", width == 2, let name = identifier(content) { return .text("__\(name)__") }
        return width == 2 ? .strong(content) : .emphasis(content)
    }

    /// `__init__` is a name, whatever CommonMark says.
    private func identifier(_ content: [Inline]) -> String? {
        guard content.count == 1, case .text(let text) = content[0] else { return nil }
        return text.utf8.allSatisfy { $0.isWordByte || $0 == "_" } ? text : nil
    }
}
