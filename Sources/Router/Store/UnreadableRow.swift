/// A row that this version cannot read: written by another, or damaged.
package struct UnreadableRow: Error, CustomStringConvertible {
    package let table: String
    package let id: String

    package init(table: String, id: String) {
        self.table = table
        self.id = id
    }

    package var description: String {
        "unreadable: the store's row \(id) in \(table) cannot be read: another version wrote it, or it is damaged"
    }
}
