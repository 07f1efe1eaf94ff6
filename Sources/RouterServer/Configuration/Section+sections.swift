import Text
import YAML

extension Section {
    /// Reads the mapping under `name`, be it written or not.
    func section(_ name: String, otherKeysAreWarnings: Bool = false, _ read: (Section) -> Void) {
        let section = subsection(node(name), at: path(name))
        read(section)
        section.finish(asWarning: otherKeysAreWarnings)
    }

    /// Each value of this mapping as a section of its own, by name.
    func namedSections() -> [(name: String, section: Section)] {
        entryNames.compactMap { name in
            let node = node(name)
            if case .mismatch(let complaint) = Form.name.fit(name) {
                reading.fault(placeOfKey(name), path(shown(name)), complaint)
                return nil
            }
            return (name, subsection(node, at: path(name)))
        }
    }

    /// The sections of the list under `name`; nil when there is none.
    func sections(_ name: String) -> [Section]? {
        guard let node = node(name) else { return nil }
        reading.remember(path(name), at: reading.place(node.start))
        switch node.content {
        case .sequence(let elements):
            return elements.indices.map { subsection(elements[$0], at: "\(path(name))[\($0)]") }
        case .scalar(let scalar) where scalar.isNull: return []
        case .refused: return nil
        case .scalar, .mapping:
            reading.fault(reading.place(node.start), path(name), "must be a list: begin each of its items with -")
            return nil
        }
    }

    /// A mapping of names of the user's own to texts; empty when there is none.
    func texts(_ name: String) -> [String: String] {
        var texts: [String: String] = [:]
        let section = subsection(node(name), at: path(name))
        for entry in section.entryNames { section.read(entry, .chatText, into: &texts[entry]) }
        return texts
    }

    private func subsection(_ node: YAMLNode?, at key: String) -> Section {
        switch node?.content {
        case .mapping: return Section(node, key: key, reading)
        case nil: return Section(nil, key: key, reading)
        case .scalar(let scalar) where scalar.isNull: return Section(nil, key: key, reading)
        case .refused: break
        case .scalar, .sequence:
            if let node { reading.fault(reading.place(node.start), key, complaint(about: node)) }
        }
        let section = Section(nil, key: key, reading)
        section.isBeyondReading = true
        return section
    }

    private func complaint(about node: YAMLNode) -> String {
        if case .scalar(let scalar) = node.content, scalar.isPlain, scalar.text.has(FullWidthSlip.colon) {
            return FullWidthSlip.colonComplaint
        }
        return "must hold keys of its own, as in key: value"
    }
}
