/// A value in a configuration of another program, and its place.
///
/// What a text means is for the reader to say: a number or a truth is the text that was written.
struct ForeignNode: Sendable {
    enum Content: Sendable {
        /// A key without a value.
        case nothing
        case text(String)
        case list([ForeignNode])
        case table([Entry])
        /// An alias or a tag of YAML, which is not followed.
        case refused
    }

    struct Entry: Sendable {
        let key: String
        let place: Place
        let value: ForeignNode
    }

    let content: Content
    let place: Place

    /// Longer keys are none of those that are looked for.
    static let maxKeyBytes = 256
}

extension ForeignNode {
    /// The value under a key; nil where there is none.
    subscript(_ key: String) -> ForeignNode? {
        guard case .table(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// The value at the end of a path of keys.
    func at(_ path: String...) -> ForeignNode? { path.reduce(self) { $0?[$1] } }
}
