/// Turns events into a tree and notes what is refused.
struct YAMLTreeBuilder: ~Copyable {
    private var parser: YAMLParser
    private let limits: YAMLLimits
    private var nodes = 0
    private var weight = 0
    private(set) var refusals: [YAMLError] = []

    init(_ parser: consuming YAMLParser, limits: YAMLLimits) {
        self.parser = parser
        self.limits = limits
    }

    /// Reads the first document to its end. An empty text is an empty mapping.
    mutating func document() throws(YAMLError) -> YAMLNode {
        _ = try parser.next()
        guard try parser.next().kind == .documentStart else {
            return YAMLNode(.mapping(YAMLMapping([])), from: .start, to: .start)
        }
        let root = try node(of: try parser.next(), depth: 1)
        _ = try parser.next()
        let after = try parser.next()
        if after.kind == .documentStart {
            refuse(at: after.start, "begins a second document: only one is read, so remove the line ---")
        }
        return root
    }

    private mutating func node(of event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        try count(event, depth: depth)
        switch event.kind {
        case .scalar(let scalar):
            return YAMLNode(isRefused(event) ? .refused : .scalar(scalar), from: event.start, to: event.end)
        case .sequenceStart:
            let refused = isRefused(event)
            let (elements, end) = try elements(depth: depth)
            return YAMLNode(refused ? .refused : .sequence(elements), from: event.start, to: end)
        case .mappingStart:
            let refused = isRefused(event)
            let (entries, end) = try entries(depth: depth)
            return YAMLNode(refused ? .refused : .mapping(YAMLMapping(entries)), from: event.start, to: end)
        case .alias:
            refuse(at: event.start, "begins with *, a YAML alias: write the value out, or put it in quotes")
            return YAMLNode(.refused, from: event.start, to: event.end)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw YAMLError(at: event.start, "ends before a value")
        }
    }

    private mutating func elements(depth: Int) throws(YAMLError) -> ([YAMLNode], YAMLPosition) {
        var elements: [YAMLNode] = []
        while true {
            let event = try parser.next()
            if event.kind == .sequenceEnd { return (elements, event.end) }
            elements.append(try node(of: event, depth: depth + 1))
            try weigh(2 * MemoryLayout<YAMLNode>.stride, at: event.start)
        }
    }

    private mutating func entries(depth: Int) throws(YAMLError) -> ([YAMLMapping.Entry], YAMLPosition) {
        var entries: [YAMLMapping.Entry] = []
        var seen: [String: Int] = [:]
        while true {
            let event = try parser.next()
            if event.kind == .mappingEnd { return (entries, event.end) }
            let key = try node(of: event, depth: depth + 1)
            let value = try node(of: try parser.next(), depth: depth + 1)
            guard case .scalar(let scalar) = key.content else {
                if key.content != .refused { refuse(at: key.start, "is a key of several parts: a key is a word") }
                continue
            }
            try weigh(2 * MemoryLayout<YAMLMapping.Entry>.stride, at: event.start)
            if let line = seen.updateValue(key.start.line, forKey: scalar.text) {
                refuse(
                    at: key.start,
                    "\(quoted(scalar.text)) stands here a second time, first on line \(line): keep one"
                )
            }
            entries.append(.init(scalar.text, at: key.start, value))
        }
    }

    private mutating func count(_ event: YAMLEvent, depth: Int) throws(YAMLError) {
        nodes += 1
        // Shorter ones have no memory of their own.
        if case .scalar(let scalar) = event.kind, scalar.text.utf8.count > 15 {
            try weigh(48 + scalar.text.utf8.count, at: event.start)
        }
        guard nodes <= limits.nodes else {
            throw YAMLError(at: event.start, "is one value too many: at most \(limits.nodes) are read")
        }
        guard depth <= limits.depth else {
            throw YAMLError(at: event.start, "is nested too deeply: at most \(limits.depth) levels are read")
        }
    }

    /// Counts what takes memory; twice what stands in an array, which has room to grow.
    private mutating func weigh(_ bytes: Int, at position: YAMLPosition) throws(YAMLError) {
        weight += bytes
        guard weight <= limits.weight else {
            throw YAMLError(
                at: position, "is one value too many: all of them may take \(limits.weight) bytes of memory")
        }
    }

    /// A value that looks like an anchor or a tag may be a secret that wanted quotes; either way it is not
    /// what was meant.
    private mutating func isRefused(_ event: YAMLEvent) -> Bool {
        if event.hasAnchor {
            refuse(at: event.start, "begins with &, a YAML anchor: remove it, or put the value in quotes")
        }
        if event.hasTag {
            refuse(at: event.start, "begins with !, a YAML tag: remove it, or put the value in quotes")
        }
        return event.hasTag || event.hasAnchor
    }

    private mutating func refuse(at position: YAMLPosition, _ message: String) {
        guard refusals.count <= limits.refusals else { return }
        let isLast = refusals.count == limits.refusals
        refusals.append(YAMLError(at: position, isLast ? "is refused, too: no more than these are told" : message))
    }
}

/// A key for a message: short and on one line.
private func quoted(_ key: String) -> String {
    let printable = key.unicodeScalars.prefix(40).map { $0.properties.generalCategory == .control ? "?" : String($0) }
    return printable.joined() + (key.unicodeScalars.count > 40 ? "…" : "")
}
