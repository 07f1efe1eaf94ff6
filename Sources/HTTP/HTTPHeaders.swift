import Text

/// Header fields in the order they came. Names compare without regard to case.
package struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map(Field.init)
    }

    package var isEmpty: Bool { fields.isEmpty }

    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// Every value of `name`, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name.isSameToken(as: name) }.map(\.value)
    }

    /// The first value of `name`; setting replaces every field of that name, nil removes them.
    package subscript(_ name: String) -> String? {
        get { fields.first { $0.name.isSameToken(as: name) }?.value }
        set {
            fields.removeAll { $0.name.isSameToken(as: name) }
            if let newValue { append(name, newValue) }
        }
    }
}

extension String {
    /// Compares two HTTP tokens: ASCII, without regard to case.
    package func isSameToken(as other: String) -> Bool { areSameToken(utf8Span.span, other.utf8Span.span) }
}

extension Substring {
    /// Compares two HTTP tokens: ASCII, without regard to case.
    package func isSameToken(as other: String) -> Bool { areSameToken(utf8Span.span, other.utf8Span.span) }
}

/// Over bytes rather than generic over strings: every header field of every request is compared.
private func areSameToken(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for index in a.indices where a[index] != b[index] {
        guard a[index].lowercasedASCII == b[index].lowercasedASCII else { return false }
    }
    return true
}
