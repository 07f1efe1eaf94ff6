import JSON

extension Optional<JSONValue> {
    /// An empty object in place of null and nothing.
    var orEmpty: JSONValue { self == nil || self == .null ? [:] : self! }

    /// True if something is there that does not say no.
    var isOffered: Bool { self != nil && self != .null && self != false }
}

extension JSONValue {
    /// An object of the members that are there.
    static func members(_ members: (String, JSONValue?)...) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name, $0) } })
    }
}
