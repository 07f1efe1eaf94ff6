import Markdown
import Testing

/// Checks both renderings, and says which is wrong.
func expect(
    _ source: String, wecom: String, plain: String, sourceLocation: SourceLocation = #_sourceLocation
) {
    let document = Document(parsing: source)
    #expect(document.wecomMarkdown == wecom, sourceLocation: sourceLocation)
    #expect(document.plainText == plain, sourceLocation: sourceLocation)
}

/// Checks a text that reads the same in both.
func expect(_ source: String, both: String, sourceLocation: SourceLocation = #_sourceLocation) {
    expect(source, wecom: both, plain: both, sourceLocation: sourceLocation)
}
