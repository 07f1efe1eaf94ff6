/// A table while the document is read. It knows how it came to be, which decides what may be added to it.
final class TOMLTableBuilder {
    enum Origin {
        /// It was only passed through on the way to another, as `a` in `[a.b]`.
        case implied
        /// It has a header of its own, as `[a]`, or is the document.
        case header
        /// It was made by a key with dots, as `a` in `a.b = 1`.
        case dotted
    }

    enum Entry {
        case value(TOMLNode)
        case table(TOMLTableBuilder)
        case tables(Elements)
    }

    /// The elements of an array of tables; the last is the one that keys go to.
    final class Elements {
        private(set) var tables: [TOMLTableBuilder]
        init(_ first: TOMLTableBuilder) { tables = [first] }
        func append(_ table: TOMLTableBuilder) { tables.append(table) }
    }

    private(set) var origin: Origin
    private let start: TOMLPosition
    private var entries: [(key: String, start: TOMLPosition, entry: Entry)] = []
    /// By the bytes of the keys: a key is another if it is written otherwise.
    private var places: [[UInt8]: Int] = [:]

    init(_ origin: Origin, at start: TOMLPosition) {
        self.origin = origin
        self.start = start
    }

    subscript(_ key: TOMLKey) -> Entry? { places[key.bytes].map { entries[$0].entry } }

    func add(_ entry: Entry, as key: TOMLKey) {
        places[key.bytes] = entries.count
        entries.append((key.text, key.start, entry))
    }

    /// A table that was passed through gets its header.
    func takeHeader() { origin = .header }

    var node: TOMLNode {
        TOMLNode(
            .table(
                TOMLTable(
                    entries.map { key, start, entry in
                        switch entry {
                        case .value(let node): TOMLTable.Entry(key, at: start, node)
                        case .table(let table): TOMLTable.Entry(key, at: start, table.node)
                        case .tables(let elements):
                            TOMLTable.Entry(key, at: start, TOMLNode(.array(elements.tables.map(\.node)), at: start))
                        }
                    })), at: start)
    }
}

/// A part of a key, and where it stands.
struct TOMLKey {
    let bytes: [UInt8]
    let start: TOMLPosition
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
