import Text

/// A single value of a foreign configuration: its text, its place, and the path of its key.
struct ForeignValue: Sendable {
    let text: String
    let place: Place
    let key: String
    /// True if `${NAME}` in it is a variable.
    let readsVariables: Bool
}

/// A table of a foreign configuration while it is read: it knows which of its keys were asked for, so that nothing in it is
/// passed over in silence.
final class ForeignTable {
    let path: String
    let place: Place
    private let readsVariables: Bool
    private let notes: ImportNotes
    private let entries: [ForeignNode.Entry]
    private var asked: Set<String> = []

    /// The table that is `node`, or an empty one at `place`.
    init(
        _ node: ForeignNode?, path: String = "", orAt place: Place, readsVariables: Bool, _ notes: ImportNotes
    ) {
        self.path = path
        self.readsVariables = readsVariables
        self.notes = notes
        self.place = node?.place ?? place
        if case .table(let entries) = node?.content { self.entries = entries } else { entries = [] }
    }

    var keys: [String] { entries.map(\.key) }

    func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    func node(_ key: String) -> ForeignNode? {
        asked.insert(key)
        return entries.first { $0.key == key }?.value
    }

    func has(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// True if there is more than nothing under the key, which is not asked for by that.
    func holds(_ key: String) -> Bool { entries.contains { $0.key == key && !$0.value.isNothing } }

    /// The single value of the first of the keys that has one; an empty text is none.
    func value(_ keys: String...) -> ForeignValue? {
        var found: ForeignValue?
        for key in keys {
            guard let node = node(key) else { continue }
            let value = single(node, path(of: key))
            if found == nil { found = value }
        }
        return found
    }

    func flag(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .fits(let flag, _) = Form<Bool>.boolean.fit(value.text) else {
            notes.left(value, "is neither true nor false")
            return nil
        }
        return flag
    }

    /// The items of a list, or of one text with commas between them; nil when there is none.
    func list(_ key: String) -> [ForeignValue]? {
        guard let node = node(key) else { return nil }
        if case .list(let elements) = node.content {
            return elements.enumerated().compactMap { single($0.element, "\(path(of: key))[\($0.offset)]") }
        }
        return single(node, path(of: key)).map { value in
            value.text.pieces { $0 == UInt8(ascii: ",") }.map(trimmed).filter { !$0.isEmpty }
                .map { ForeignValue(text: $0, place: value.place, key: value.key, readsVariables: readsVariables) }
        }
    }

    /// True if there is a list with items under the key, be they empty.
    func hasItems(_ key: String) -> Bool {
        guard let node = node(key) else { return false }
        if case .list(let elements) = node.content { return !elements.isEmpty }
        return !node.isNothing
    }

    /// The table under a key; an empty one when there is none.
    func table(_ key: String) -> ForeignTable {
        let node = node(key)
        if let node, !node.isTable { notes.left(node.place, path(of: key), "should hold keys of its own") }
        return below(node, path(of: key))
    }

    /// The tables of a list.
    func tables(_ key: String) -> [ForeignTable] {
        guard let node = node(key) else { return [] }
        guard case .list(let elements) = node.content else {
            if !node.isNothing { notes.left(node.place, path(of: key), "should be a list") }
            return []
        }
        return elements.enumerated().map { index, element in
            below(element, "\(path(of: key))[\(index)]")
        }
    }

    /// The tables of a table, by their names.
    func namedTables() -> [(name: String, table: ForeignTable)] { entries.map { ($0.key, table($0.key)) } }

    /// The keys with a value that nobody asked for.
    var unasked: [String] { entries.filter { !asked.contains($0.key) && !$0.value.isNothing }.map(\.key) }

    /// Leaves out a key with all that is below it, if it is there.
    func leave(_ key: String, _ why: String, unlessAsked: Bool = false) {
        guard asked.insert(key).inserted || !unlessAsked else { return }
        if let entry = entries.first(where: { $0.key == key }), !entry.value.isNothing {
            notes.left(entry.place, path(of: key), why)
        }
    }

    /// Tells of all that nobody asked for.
    func finish(_ why: String) {
        for entry in entries where asked.insert(entry.key).inserted && !entry.value.isNothing {
            notes.left(entry.place, path(of: entry.key), why)
        }
    }

    private func below(_ node: ForeignNode?, _ path: String) -> ForeignTable {
        ForeignTable(node, path: path, orAt: place, readsVariables: readsVariables, notes)
    }

    private func single(_ node: ForeignNode, _ key: String) -> ForeignValue? {
        switch node.content {
        case .text(let text):
            let text = trimmed(text)
            return text.isEmpty
                ? nil : ForeignValue(text: text, place: node.place, key: key, readsVariables: readsVariables)
        case .nothing: return nil
        case .refused: notes.left(node.place, key, "is an alias or a tag of YAML: write the value itself")
        case .list, .table: notes.left(node.place, key, "should be a single value")
        }
        return nil
    }
}

extension ForeignNode {
    fileprivate var isTable: Bool { if case .table = content { true } else { isNothing } }

    fileprivate var isNothing: Bool {
        switch content {
        case .nothing: true
        case .text(let text): text.isEmpty
        case .list(let elements): elements.isEmpty
        case .table(let entries): entries.isEmpty
        case .refused: false
        }
    }
}
