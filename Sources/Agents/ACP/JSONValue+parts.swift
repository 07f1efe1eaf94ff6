import JSON

extension Optional<JSONValue> {
    /// An empty object in place of null and nothing.
    var orEmpty: JSONValue { self == nil || self == .null ? [:] : self! }

    /// Whether something is there that does not say no.
    var isOffered: Bool { self != nil && self != .null && self != false }
}

extension JSONValue {
    /// An object of the members that are there.
    static func members(_ members: (String, JSONValue?)...) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }
}

extension String {
    /// For people, who read it in a line.
    func onOneLine(atMost limit: Int) -> String {
        // Far more than is shown need not be looked at.
        let start = prefix(4 * limit)
        let line = start.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        return line.count <= limit && start.endIndex == endIndex ? line : line.prefix(limit - 1) + "…"
    }

    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
