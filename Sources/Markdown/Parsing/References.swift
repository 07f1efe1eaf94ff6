/// The destinations that a document defines by name: `[name]: https://example.com "title"`.
struct References {
    private var destinations: [String: String] = [:]

    /// No label is longer; it also keeps the search for one short.
    private static let maxLabelLength = 200

    init(in lines: some Sequence<Line>) {
        for line in lines {
            guard let (label, destination) = definition(in: line.drop { $0 == ">" || $0.isSpaceOrTab }) else {
                continue
            }
            if destinations[label] == nil { destinations[label] = destination }
        }
    }

    func destination(of label: some Collection<UInt8>) -> String? {
        guard !destinations.isEmpty, label.count <= References.maxLabelLength else { return nil }
        return destinations[normalized(label)]
    }

    func isDefinition(_ line: Line) -> Bool { line.indentation < 4 && definition(in: line.trimmedStart) != nil }

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
        ["/", "#", ".", "www.", "mailto:"].contains { destination.hasPrefix($0) } || destination.contains("://")
    }

    private func normalized(_ label: some Collection<UInt8>) -> String {
        label.split { $0.isSpaceOrTab || $0 == "\n" }.map(\.text).joined(separator: " ").lowercased()
    }
}
