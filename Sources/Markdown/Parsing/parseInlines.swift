/// The pieces of a paragraph, a heading or a cell.
func parseInlines(_ bytes: [UInt8], references: References) -> [Inline] {
    guard !bytes.isEmpty else { return [] }
    var tokenizer = InlineTokenizer(bytes)
    let tokens = tokenizer.run()
    let links = LinkFinder(bytes: bytes, tokens: tokens, references: references)
    return links.inlines(of: tokens.indices, allowing: .linksAndImages)
}
