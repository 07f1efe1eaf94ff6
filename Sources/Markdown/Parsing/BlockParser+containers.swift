extension BlockParser {
    mutating func parseQuote() -> Block {
        var inner: [Line] = []
        var fence: Fence?
        while let line = peek {
            if let content = line.quoted {
                inner.append(content)
                fence.follow(content)
            } else if fence == nil, continuesLazily(line, after: inner.last) {
                inner.append(line.trimmedStart)
            } else {
                break
            }
            next += 1
        }
        return .quote(blocks(of: inner))
    }

    mutating func parseList(_ first: ListMarker) -> Block {
        var items: [Block.List.Item] = []
        var isTight = true
        var marker: ListMarker? = first
        while let current = marker {
            let (content, endsBlank) = itemLines(current)
            items.append(item(content))
            marker = peek.flatMap { line in
                guard line.indentation < 4, !line.isRule else { return nil }
                return ListMarker(line).flatMap { $0.continues(first) ? $0 : nil }
            }
            if marker != nil, endsBlank { isTight = false }
        }
        isTight = isTight && items.allSatisfy { $0.blocks.count(where: \.isParagraph) < 2 }
        return .list(Block.List(start: first.number, isTight: isTight, items: items))
    }

    /// The lines of the item at `next`, without its marker and indentation, and whether blank lines follow it.
    private mutating func itemLines(_ marker: ListMarker) -> (lines: [Line], endsBlank: Bool) {
        var content = [marker.content]
        var offset = marker.contentOffset
        var fence = Fence(opening: marker.content)
        next += 1
        while let line = peek {
            if line.isBlank {
                if content.count == 1, content[0].isBlank { break }
                content.append(line.dropping(columns: offset))
            } else if let inner = itemLine(line, of: marker, offset: &offset, isInCode: fence != nil) {
                content.append(inner)
                fence.follow(inner)
            } else if fence == nil, continuesLazily(line, after: content.last) {
                content.append(line.trimmedStart)
            } else {
                break
            }
            next += 1
        }
        let count = content.count
        while content.last?.isBlank == true { content.removeLast() }
        return (content, content.count < count)
    }

    /// Reads an indented line as part of the item; nil when it is outside. A list in the item need only be indented by two:
    /// that is how most write it below a number. The lines behind it are then measured by it.
    private func itemLine(_ line: Line, of marker: ListMarker, offset: inout Int, isInCode: Bool) -> Line? {
        let indentation = line.indentation
        if indentation < offset {
            guard !isInCode, indentation >= marker.indentation + 2, ListMarker(line) != nil else { return nil }
            offset = indentation
        }
        return line.dropping(columns: offset)
    }

    private func item(_ lines: [Line]) -> Block.List.Item {
        guard let first = lines.first, first.count > 3, first.starts(with: "["),
            first.dropFirst(2).starts(with: "]"), first.dropFirst(3).first?.isSpaceOrTab == true,
            let mark = first.dropFirst().first, mark == " " || mark | 0x20 == "x"
        else { return Block.List.Item(isDone: nil, blocks: blocks(of: lines)) }
        let rest = [first.dropFirst(4).trimmedStart] + lines.dropFirst()
        return Block.List.Item(isDone: mark != " ", blocks: blocks(of: rest))
    }
}

extension Block {
    fileprivate var isParagraph: Bool { if case .paragraph = self { true } else { false } }
}
