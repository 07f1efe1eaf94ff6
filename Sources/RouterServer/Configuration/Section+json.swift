import JSON
import YAML

extension Section {
    /// The mapping under `name` as JSON, with variables put in; nil where there is none, or nothing in it. What stands in quotes
    /// is a string.
    func json(_ name: String) -> JSONValue? {
        guard let node = node(name) else { return nil }
        reading.remember(path(name), at: reading.place(node.start))
        switch node.content {
        case .mapping(let mapping) where mapping.entries.isEmpty: return nil
        case .mapping: return json(of: node, at: path(name))
        case .scalar(let scalar) where scalar.isNull: return nil
        case .refused: return nil
        case .scalar, .sequence:
            reading.fault(reading.place(node.start), path(name), "must hold keys of its own, as in key: value")
            return nil
        }
    }

    private func json(of node: YAMLNode, at key: String) -> JSONValue {
        switch node.content {
        case .mapping(let mapping):
            .object(mapping.entries.map { JSONValue.Member($0.key, json(of: $0.value, at: "\(key).\($0.key)")) })
        case .sequence(let elements):
            .array(elements.indices.map { json(of: elements[$0], at: "\(key)[\($0)]") })
        case .scalar(let scalar): json(of: scalar, at: node.start, key)
        case .refused: .null
        }
    }

    private func json(of scalar: YAMLScalar, at position: YAMLPosition, _ key: String) -> JSONValue {
        guard case .present(let written) = written(scalar, at: position, key) else {
            return scalar.isNull ? .null : .string("")
        }
        reading.noteValue(written.text, of: key)
        guard scalar.isPlain else { return .string(written.text) }
        switch written.text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case let text:
            if let number = Int64(text) { return .integer(number) }
            return Double(text).map { .number($0) } ?? .string(text)
        }
    }
}
