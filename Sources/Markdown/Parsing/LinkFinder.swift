/// Finds which brackets are links, and builds what stands between them.
struct LinkFinder {
    /// The kinds of links that may still be made of brackets: no link stands in a link, and nothing in an image.
    enum Allowance { case linksAndImages, images, nothing }

    let bytes: [UInt8]
    let tokens: [InlineToken]
    let references: References
    /// The closing bracket of each opening one.
    private let partners: [Int: Int]

    init(bytes: [UInt8], tokens: [InlineToken], references: References) {
        self.bytes = bytes
        self.tokens = tokens
        self.references = references
        var partners: [Int: Int] = [:]
        var open: [Int] = []
        for (index, token) in tokens.enumerated() {
            switch token.kind {
            case .bracket: open.append(index)
            case .closingBracket: if let opener = open.popLast() { partners[opener] = index }
            default: break
            }
        }
        self.partners = partners
    }

    func inlines(of range: Range<Int>, allowing allowance: Allowance) -> [Inline] {
        var builder = InlineBuilder(bytes: bytes)
        var index = range.lowerBound
        /// The place where text goes on within a token, behind a link that ended there.
        var resume = 0
        while index < range.upperBound {
            let token = tokens[index]
            if let link = link(at: index, allowing: allowance) {
                builder.append(link.inline)
                (index, resume) = (link.next, link.end)
                continue
            }
            builder.take(token, from: max(resume, token.range.lowerBound))
            index += 1
        }
        return builder.finish()
    }

    /// The first token that reaches beyond `end`, if that cuts no token but text.
    private func skip(from index: Int, to end: Int) -> Int? {
        var next = index
        while next < tokens.count, tokens[next].range.upperBound <= end { next += 1 }
        guard next < tokens.count, tokens[next].range.lowerBound < end else { return next }
        if case .text = tokens[next].kind { return next }
        return nil
    }

    private func link(at index: Int, allowing allowance: Allowance) -> (inline: Inline, next: Int, end: Int)? {
        guard case .bracket(let isImage) = tokens[index].kind, let partner = partners[index],
            allowance == .linksAndImages || allowance == .images && isImage
        else { return nil }
        let label = bytes[tokens[index].range.upperBound..<tokens[partner].range.lowerBound]
        guard let (destination, end) = destination(label, end: tokens[partner].range.upperBound),
            let next = skip(from: partner, to: end)
        else { return nil }
        let inner = inlines(of: index + 1..<partner, allowing: isImage ? .nothing : .images)
        return (isImage ? .image(alt: inner.visibleText, at: destination) : .link(inner, to: destination), next, end)
    }

    /// The address of the brackets around `label` that end at `end`, and the end of the whole link.
    private func destination(_ label: ArraySlice<UInt8>, end: Int) -> (destination: String, end: Int)? {
        let rest = bytes[end...]
        if let tail = LinkTail.parse(rest) { return tail }
        if let first = rest.first, first == "[" {
            let name = rest.dropFirst().prefix(201).prefix { $0 != "]" && $0 != "[" }
            if rest[name.endIndex...].starts(with: "]"),
                let destination = references.destination(of: name.isEmpty ? label : name)
            {
                return (destination, name.endIndex + 1)
            }
        }
        return references.destination(of: label).map { ($0, end) }
    }
}
