/// A row that this version cannot read: written by another, or damaged.
struct UnreadableRow: Error, CustomStringConvertible {
    let table: String
    let id: String
    var description: String {
        "unreadable: the store's row \(id) in \(table) cannot be read: another version wrote it, or it is damaged"
    }
}
