import Text

/// A strict parser of TOML 1.0 over bytes that are known to be UTF-8.
struct TOMLParser {
    let bytes: [UInt8]
    let limits: TOMLLimits
    var position = 0
    private var line = 1
    /// A byte of this line, and its column: what is before it need not be counted again.
    private var counted = (position: 0, column: 1)
    private var values = 0
    private let root = TOMLTableBuilder(.header, at: TOMLPosition(line: 1, column: 1))

    init(_ bytes: [UInt8], _ limits: TOMLLimits) {
        self.bytes = bytes
        self.limits = limits
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { (position, counted) = (3, (3, 1)) }
    }

    mutating func document() throws(TOMLError) -> TOMLTable {
        var (table, depth) = (root, 1)
        while true {
            try skipBlank()
            guard let byte = peek else { break }
            if byte == UInt8(ascii: "[") {
                (table, depth) = try header()
            } else {
                try pair(into: table, depth: depth)
            }
            try endOfLine()
        }
        guard case .table(let table) = root.node.content else { return TOMLTable([]) }
        return table
    }

    // MARK: Statements

    /// Reads `[a.b]` or `[[a.b]]`, and finds or makes the table that it means.
    private mutating func header() throws(TOMLError) -> (TOMLTableBuilder, depth: Int) {
        position += 1
        let isArray = take("[")
        skipSpace()
        let keys = try self.keys(depth: 1)
        skipSpace()
        guard take("]"), !isArray || take("]") else {
            throw error(isArray ? "the header has no ]]" : "the header has no ]")
        }
        var table = root
        for key in keys.dropLast() { table = try passed(through: key, of: table) }
        return (try headed(keys[keys.count - 1], of: table, isArray: isArray), keys.count + 1)
    }

    private mutating func passed(through key: TOMLKey, of table: TOMLTableBuilder) throws(TOMLError) -> TOMLTableBuilder
    {
        switch table[key] {
        case nil:
            let made = TOMLTableBuilder(.implied, at: key.start)
            table.add(.table(made), as: key)
            return made
        case .table(let next): return next
        case .tables(let elements): return elements.tables[elements.tables.count - 1]
        case .value: throw TOMLError(at: key.start, "\(shown(key)) has a value already, and can be no table")
        }
    }

    private mutating func headed(
        _ key: TOMLKey, of table: TOMLTableBuilder, isArray: Bool
    ) throws(TOMLError) -> TOMLTableBuilder {
        let made = TOMLTableBuilder(.header, at: key.start)
        switch table[key] {
        case nil:
            table.add(isArray ? .tables(.init(made)) : .table(made), as: key)
            return made
        case .tables(let elements) where isArray:
            elements.append(made)
            return made
        case .table(let next) where !isArray && next.origin == .implied:
            next.takeHeader()
            return next
        default: throw TOMLError(at: key.start, "\(shown(key)) is there already: each table has one header")
        }
    }

    /// Reads `a.b = value` into `table`, which lies so deep.
    mutating func pair(into table: TOMLTableBuilder, depth: Int) throws(TOMLError) {
        let keys = try self.keys(depth: depth)
        skipSpace()
        guard take("=") else { throw error("a key must be followed by = and its value") }
        skipSpace()
        var table = table
        for key in keys.dropLast() {
            switch table[key] {
            case nil:
                let made = TOMLTableBuilder(.dotted, at: key.start)
                table.add(.table(made), as: key)
                table = made
            case .table(let next) where next.origin == .dotted: table = next
            default:
                throw TOMLError(at: key.start, "\(shown(key)) is there already, and nothing can be added to it here")
            }
        }
        let last = keys[keys.count - 1]
        if table[last] != nil { throw TOMLError(at: last.start, "\(shown(last)) is given twice") }
        table.add(.value(try value(depth: depth + keys.count)), as: last)
    }

    // MARK: Space

    /// Skips lines that hold nothing but space and comments.
    mutating func skipBlank() throws(TOMLError) {
        repeat {
            skipSpace()
            try skipComment()
        } while takeLineEnd()
    }

    private mutating func endOfLine() throws(TOMLError) {
        skipSpace()
        try skipComment()
        guard peek == nil || takeLineEnd() else { throw error("the line should end here") }
    }

    mutating func skipSpace() {
        while peek == 0x20 || peek == 0x09 { position += 1 }
    }

    private mutating func skipComment() throws(TOMLError) {
        guard peek == UInt8(ascii: "#") else { return }
        while let byte = peek, byte != 0x0A, !(byte == 0x0D && peek(1) == 0x0A) {
            guard byte == 0x09 || byte >= 0x20, byte != 0x7F else {
                throw error("a control character stands in a comment")
            }
            position += 1
        }
    }

    /// A line ends with LF, or CR and LF.
    mutating func takeLineEnd() -> Bool {
        if peek == 0x0D, peek(1) == 0x0A { position += 1 }
        guard peek == 0x0A else { return false }
        position += 1
        line += 1
        counted = (position, 1)
        return true
    }

    // MARK: Bytes

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    func peek(_ ahead: Int) -> UInt8? { position + ahead < bytes.count ? bytes[position + ahead] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// Counts a value or a key; there may be only so many.
    mutating func count() throws(TOMLError) {
        values += 1
        guard values <= limits.values else { throw error("there are more than \(limits.values) values and keys") }
    }

    /// The place of the next byte.
    mutating func mark() -> TOMLPosition {
        counted = (position, column)
        return TOMLPosition(line: line, column: counted.column)
    }

    func error(_ reason: String) -> TOMLError { TOMLError(at: TOMLPosition(line: line, column: column), reason) }

    private var column: Int {
        guard position >= counted.position else { return counted.column }
        return bytes[counted.position..<position].reduce(counted.column) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    }
}

/// A key for an error: on one line.
func shown(_ key: TOMLKey) -> String {
    let text = String(decoding: key.bytes.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    return text.isEmpty ? "\"\"" : text
}
