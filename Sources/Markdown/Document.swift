/// A Markdown text, understood: CommonMark's everyday part with GitHub's tables, strikethrough and tasks, read as leniently
/// as language models write it. Parsing takes linear time and bounded depth whatever the text.
package struct Document: Sendable, Equatable {
    package let blocks: [Block]

    package init(parsing text: String) {
        let lines = splitIntoLines(Array(text.utf8))
        let frontMatter = frontMatterLength(of: lines)
        let body = lines[frontMatter...]
        var parser = BlockParser(lines: body, references: References(in: body), depth: 0)
        let kept: [Block] = frontMatter == 0 ? [] : [.verbatim(lines[..<frontMatter].joinedText)]
        blocks = kept + parser.parse()
    }
}
