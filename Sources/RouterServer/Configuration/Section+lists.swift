import Text
import YAML

extension Section {
    /// The items of the list under `name`, or of one text with commas between them; nil when there is none. The place of
    /// each is kept by what it says, as in `apps[0].allowed_tags.7`.
    func list<Value>(_ name: String, _ form: Form<Value>) -> [Value]? {
        if reading.variable(for: path(name)) == nil, case .sequence(let elements) = node(name)?.content {
            let first = elements.first?.start
            if let first { reading.remember(path(name), at: reading.place(first)) }
            return elements.indices.flatMap { items(elements[$0], $0, of: name, form) }
        }
        guard case .present(let written) = lookup(name) else { return nil }
        reading.remember(path(name), at: written.place)
        return split(written).map { fitItem($0, form, name, of: name) }
    }

    private func items<Value>(
        _ node: YAMLNode, _ index: Int, of list: String, _ form: Form<Value>
    ) -> [Value] {
        let name = "\(list)[\(index)]"
        guard case .scalar(let scalar) = node.content else {
            if node.content != .refused {
                reading.fault(reading.place(node.start), path(name), "must be a single value")
            }
            return []
        }
        guard case .present(let item) = written(scalar, at: node.start, path(name)) else { return [] }
        return split(item).map { fitItem($0, form, name, of: list) }
    }

    private func fitItem<Value>(_ item: Written, _ form: Form<Value>, _ name: String, of list: String) -> Value {
        reading.remember("\(path(list)).\(item.text)", at: item.place)
        return fit(item, form, name)
    }

    private func split(_ written: Written) -> [Written] {
        written.text.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
            .map { Written(text: $0, place: written.place, isLiteral: written.isLiteral) }
    }
}

/// Without the white space around it.
func trimmed(_ text: some StringProtocol) -> String { String(String(text).withoutSpaceAround) }
