import JSON

/// A piece of a message that is an object in JSON.
protocol MessagePart: Sendable, Equatable {
    /// Equal parts are equal bytes.
    var json: JSONValue { get }
    /// Takes every member that the object may have.
    init(reading fields: inout FieldReader) throws(MessageFault)
    /// Refuses what WeCom would.
    func validate(at path: FieldPath) throws(MessageFault)
}

extension MessagePart {
    init(_ json: JSONValue, at path: FieldPath) throws(MessageFault) {
        self = try FieldReader.read(json, at: path) { fields throws(MessageFault) in try Self(reading: &fields) }
    }
}

extension JSONValue {
    /// The members that have a value, in this order.
    static func present(_ members: KeyValuePairs<String, JSONValue?>) -> [Member] {
        members.compactMap { member in member.value.map { Member(member.key, $0) } }
    }

    /// A text, if there is one.
    static func text(_ text: String?) -> JSONValue? { text.map { .string($0) } }

    /// A list, unless it is empty.
    static func list(_ parts: [some MessagePart]) -> JSONValue? {
        parts.isEmpty ? nil : .array(parts.map(\.json))
    }
}
