import Text

/// The destinations that a document defines by name: `[name]: https://example.com "title"`. A name that nothing refers to
/// defines nothing: whoever wrote such a line wants it read.
struct References {
    private var destinations: [String: String] = [:]

    /// No label is longer; it also keeps the search for one short.
    private static let maxLabelLength = 200

    init(in lines: some Collection<Line>) {
        for line in lines {
            guard let (label, destination) = definition(in: line.drop { $0 == ">" || $0.isSpaceOrTab }) else {
                continue
            }
            if destinations[label] == nil { destinations[label] = destination }
        }
        guard !destinations.isEmpty else { return }
        let used = lines.reduce(into: Set<String>()) { $0.formUnion(labelsReferredTo(in: $1)) }
        destinations = destinations.filter { used.contains($0.key) }
    }

    /// Finds the names in brackets, but for the one that the line itself defines.
    private func labelsReferredTo(in line: Line) -> [String] {
        var labels: [String] = []
        let start = line.drop { $0 == ">" || $0.isSpaceOrTab }
        var rest = definition(in: start) == nil ? start : start.dropFirst().drop { $0 != "]" }
        while let bracket = rest.firstIndex(where: { $0 == "[" }) {
            rest = rest[(bracket + 1)...]
            let label = rest.prefix(References.maxLabelLength).prefix { $0 != "]" && $0 != "[" }
            rest = rest[label.endIndex...]
            if rest.first.map({ $0 == "]" }) ?? false { labels.append(normalized(label)) }
        }
        return labels
    }

    func destination(of label: some Collection<UInt8>) -> String? {
        guard !destinations.isEmpty, label.count <= References.maxLabelLength else { return nil }
        return destinations[normalized(label)]
    }

    func isDefinition(_ line: Line) -> Bool {
        guard line.indentation < 4, let (label, _) = definition(in: line.trimmedStart) else { return false }
        return destinations[label] != nil
    }

    /// Only what leads somewhere is a definition: `[INFO]: started` is text. So are footnotes.
    private func definition(in line: Line) -> (label: String, destination: String)? {
        guard let first = line.first, first == "[" else { return nil }
        let label = line.dropFirst().prefix(References.maxLabelLength).prefix { $0 != "]" && $0 != "[" }
        let rest = line.dropFirst(label.count + 1)
        guard !label.isBlank, label.first.map({ $0 != "^" }) ?? false, rest.starts(with: "]:") else { return nil }
        var tail = LinkTail(bytes: rest.dropFirst(2).trimmedStart)
        guard let destination = tail.takeDestination(), leadsSomewhere(destination) else { return nil }
        tail.skipSpace()
        if !tail.isAtEnd { guard tail.takeTitle() else { return nil } }
        tail.skipSpace()
        return tail.isAtEnd ? (normalized(label), destination) : nil
    }

    private func leadsSomewhere(_ destination: String) -> Bool {
        ["/", "#", ".", "www.", "mailto:"].contains { destination.begins(with: $0) } || destination.has("://")
    }

    private func normalized(_ label: some Collection<UInt8>) -> String {
        label.split { $0.isSpaceOrTab || $0 == "\n" }.map(\.text).joined(separator: " ").lowercased()  // short: a label
    }
}
