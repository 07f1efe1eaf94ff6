package import HTTP
import Text
package import WeCom

/// Header fields, or other named values, which hold `{name}`s that each turn fills in.
package struct HeaderTemplates: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    private struct Field: Equatable {
        let name: String
        let value: Secret
    }

    private let fields: [Field]

    package init(_ fields: [String: Secret] = [:]) {
        self.fields = fields.sorted { $0.key < $1.key }.map { Field(name: $0.key, value: $0.value) }
    }

    package init(dictionaryLiteral elements: (String, Secret)...) {
        self.init(Dictionary(elements) { $1 })
    }

    /// Adds the fields to `headers`, in place of those of the same names.
    package func fill(_ headers: inout HTTPHeaders, with values: [String: String]) {
        for field in filled(with: values) { headers[field.name] = field.value }
    }

    /// The fields with what `values` has for them.
    func filled(with values: [String: String]) -> [(name: String, value: String)] {
        fields.map { ($0.name, Agents.filled($0.value.reveal(), values)) }
    }

    /// The parts of the values that stand beside the `{name}`s.
    var secrets: [Secret] {
        fields.flatMap { field in
            let parts = field.value.reveal().pieces { $0 == UInt8(ascii: "{") }
            return [Secret(String(parts[0]))] + parts.dropFirst().map { Secret(String(withoutName($0))) }
        }
    }
}

/// Cuts off the `name}` that a part begins with, if it does.
private func withoutName(_ part: Substring) -> Substring {
    guard let (name, rest) = part.cut(around: "}"), name.utf8.allSatisfy({ $0 == 0x5F || $0.isLetterOfASCII }) else {
        return part
    }
    return rest
}

/// One pass: what is filled in is not looked at again, and names that nobody knows stay as they stand.
private func filled(_ template: String, _ values: [String: String]) -> String {
    var rest = template[...]
    var text = ""
    while let open = rest.firstIndex(of: "{") {  // short: the owner writes it
        text += rest[..<open]
        rest = rest[open...]
        if let close = rest.firstIndex(of: "}"),  // short: the owner writes it
            let value = values[String(rest[rest.index(after: open)..<close])]
        {
            text += value.onOneLine()
            rest = rest[rest.index(after: close)...]
        } else {
            text.append(rest.removeFirst())
        }
    }
    return text + rest
}
