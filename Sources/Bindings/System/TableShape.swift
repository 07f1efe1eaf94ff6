/// A table as every engine has it: what is needed to carry its rows from one to another.
package struct TableShape: Sendable {
    package struct Column: Sendable {
        package enum Kind: Sendable { case integer, boolean, text, bytes }

        package let name: StaticString
        package let kind: Kind

        package static func integer(_ name: StaticString) -> Column { Column(name: name, kind: .integer) }
        package static func boolean(_ name: StaticString) -> Column { Column(name: name, kind: .boolean) }
        package static func text(_ name: StaticString) -> Column { Column(name: name, kind: .text) }
        package static func bytes(_ name: StaticString) -> Column { Column(name: name, kind: .bytes) }
    }

    package let name: StaticString
    package let columns: [Column]
    /// The number of columns that are its key: the first ones, in whose order its rows are read.
    package let keys: Int

    package init(_ name: StaticString, keys: Int, _ columns: Column...) {
        self.name = name
        self.columns = columns
        self.keys = keys
    }

    /// The columns' names as a statement lists them. One of them may be a word of SQL.
    package var names: String { columns.map { "\"\($0.name)\"" }.joined(separator: ", ") }

    /// The names of those that are its key.
    package var keyNames: [String] { columns.prefix(keys).map { "\"\($0.name)\"" } }
}

/// A value in a row of any table.
package enum ColumnValue: Sendable, Hashable {
    case null
    /// Also a boolean, as 0 or 1.
    case integer(Int64)
    case text(String)
    case bytes([UInt8])
}
