/// Bytes of memory that values take, with what the allocator adds.
enum JSONWeight {
    static let value = MemoryLayout<JSONValue>.stride
    static let member = MemoryLayout<JSONValue.Member>.stride
    /// The header of an array's memory. An array without elements has none.
    static let container = 32 + allocation

    /// A string of so many bytes, beyond the value or the name that holds it: short ones have no memory of their own.
    static func string(_ bytes: Int) -> Int { bytes <= 15 ? 0 : 32 + bytes + allocation }

    /// The most that a byte of text can become: `[0],` is an element, a container and an element of that.
    static let mostPerByte = 64

    private static let allocation = 16
}

extension JSONValue {
    /// Bytes of memory that the value takes, this enum included. What was parsed weighs no more than its limits allow.
    package var weight: Int { JSONWeight.value + ownedWeight }

    private var ownedWeight: Int {
        switch self {
        case .null, .bool, .integer, .number: 0
        case .string(let text): JSONWeight.string(text.utf8.count)
        case .array(let elements):
            elements.isEmpty ? 0 : elements.reduce(JSONWeight.container) { $0 + $1.weight }
        case .object(let members):
            members.isEmpty
                ? 0
                : members.reduce(JSONWeight.container) {
                    $0 + JSONWeight.member + JSONWeight.string($1.name.utf8.count) + $1.value.ownedWeight
                }
        }
    }
}
