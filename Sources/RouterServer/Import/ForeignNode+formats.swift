import JSON
import TOML
import WeCom
import YAML

extension ForeignNode {
    init(_ node: YAMLNode, in file: String) {
        place = .file(file, line: node.start.line, column: node.start.column)
        switch node.content {
        case .scalar(let scalar): content = scalar.isNull ? .nothing : .text(scalar.text)
        case .sequence(let elements): content = .list(elements.map { ForeignNode($0, in: file) })
        case .mapping(let mapping):
            content = .table(
                mapping.entries.compactMap { entry in
                    let place = Place.file(file, line: entry.start.line, column: entry.start.column)
                    return ForeignNode.entry(entry.key, at: place, ForeignNode(entry.value, in: file))
                })
        case .refused: content = .refused
        }
    }

    init(_ table: TOMLTable, in file: String) {
        self.init(content: .table(ForeignNode.entries(table, in: file)), place: .file(file, line: 1, column: 1))
    }

    private init(_ node: TOMLNode, in file: String) {
        place = .file(file, line: node.start.line, column: node.start.column)
        switch node.content {
        case .string(let text), .word(let text): content = .text(text)
        case .array(let elements): content = .list(elements.map { ForeignNode($0, in: file) })
        case .table(let table): content = .table(ForeignNode.entries(table, in: file))
        }
    }

    private static func entries(_ table: TOMLTable, in file: String) -> [Entry] {
        table.entries.compactMap { entry in
            let place = Place.file(file, line: entry.start.line, column: entry.start.column)
            return ForeignNode.entry(entry.key, at: place, ForeignNode(entry.value, in: file))
        }
    }

    /// The variables of a `.env` as a table.
    init(_ file: EnvironmentFile) {
        let entries = file.variables.compactMap { name, value -> Entry? in
            let place = Place.file(file.path, line: file.lines[name] ?? 1, column: 1)
            return ForeignNode.entry(name, at: place, ForeignNode(content: .text(value.reveal()), place: place))
        }
        self.init(content: .table(entries.sorted { $0.place < $1.place }), place: .file(file.path, line: 1, column: 1))
    }

    static func entry(_ key: String, at place: Place, _ value: ForeignNode) -> Entry? {
        key.utf8.count <= maxKeyBytes ? Entry(key: key, place: place, value: value) : nil
    }
}
