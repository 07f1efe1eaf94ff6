import Text
import YAML

/// A mapping of the configuration while it is read: it knows its key, its place, and which keys it was asked for.
///
/// It stands also for a mapping that is not written, whose values may still come from the environment.
final class Section {
    /// The path of this mapping, as in `apps[1]`; empty for the whole file.
    let key: String
    let reading: Reading

    /// Something else stands where this mapping should; that has been told, and nothing in it is missed.
    var isBeyondReading = false

    private let mapping: YAMLMapping?
    private let position: YAMLPosition?
    private var known: [String] = []
    private var told: Set<String> = []

    init(_ node: YAMLNode?, key: String, _ reading: Reading) {
        self.key = key
        self.reading = reading
        position = node?.start
        if case .mapping(let mapping) = node?.content { self.mapping = mapping } else { mapping = nil }
        if let position, !key.isEmpty { reading.remember(key, at: reading.place(position)) }
    }

    var isMapping: Bool { mapping != nil }

    var entryNames: [String] { mapping?.entries.map(\.key) ?? [] }

    func path(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }

    /// The node under `name`, which is a known key from now on.
    func node(_ name: String) -> YAMLNode? {
        if !known.contains(name) { known.append(name) }
        return mapping?[name]
    }

    func has(_ name: String) -> Bool { mapping?[name] != nil }

    func hasMapping(_ name: String) -> Bool { if case .mapping = mapping?[name]?.content { true } else { false } }

    /// True if there is an empty text in quotes under `name`.
    func isEmptyText(_ name: String) -> Bool {
        if case .scalar(let scalar) = mapping?[name]?.content { scalar.text.isEmpty && !scalar.isNull } else { false }
    }

    /// True if there is an empty list under `name`.
    func isEmptyList(_ name: String) -> Bool {
        switch mapping?[name]?.content {
        case .sequence(let elements): elements.isEmpty
        case .scalar(let scalar): scalar.isNull
        default: false
        }
    }

    func placeOfKey(_ name: String) -> Place {
        mapping?.entries.first { $0.key == name }.map { reading.place($0.start) } ?? placeOfMissing(name)
    }

    /// The variable that speaks for `name`, or the mapping's own place.
    func placeOfMissing(_ name: String) -> Place {
        if let position { return reading.place(position) }
        return Variables.name(for: path(name)).map { .environment($0) } ?? reading.place(.start)
    }

    func fault(_ name: String, _ complaint: String) {
        reading.fault(reading.places[path(name)] ?? placeOfMissing(name), path(name), complaint)
    }

    func warn(_ name: String, _ remark: String) {
        reading.warn(reading.places[path(name)] ?? placeOfMissing(name), path(name), remark)
    }

    /// The keys that nobody asked for and that were not told of.
    var unknownNames: [String] {
        mapping?.entries.map(\.key).filter { !known.contains($0) && !told.contains($0) } ?? []
    }

    /// Tells of a key that nobody asked for.
    func refuse(_ name: String, _ complaint: String) {
        if told.insert(name).inserted { reading.fault(placeOfKey(name), path(shown(name)), complaint) }
    }

    /// Knows every key but those that were meant to be one of these: nobody can tell which others belong here.
    func passOver(allBut names: [String]) {
        for entry in mapping?.entries ?? [] where !entry.key.has(FullWidthSlip.colon) {
            if nearest(to: entry.key, among: names) == nil { known.append(entry.key) }
        }
    }

    /// Tells of every key that nobody asked for; `asWarning` for a block that is not ours to be strict about.
    func finish(asWarning: Bool = false) {
        guard let mapping else { return }
        for entry in mapping.entries where !known.contains(entry.key) && told.insert(entry.key).inserted {
            let place = reading.place(entry.start)
            let meant = entry.key.cut(around: FullWidthSlip.colon)?.before
            if let meant, !asWarning {
                reading.fault(place, path(shown(String(meant))), FullWidthSlip.colonComplaint)
                reading.forgetMissing(path(String(meant)))
                continue
            }
            let complaint = "is not a known key: \(hint(for: entry.key, among: known))"
            if asWarning {
                reading.warn(place, path(shown(entry.key)), "\(complaint); it is ignored")
            } else {
                reading.fault(place, path(shown(entry.key)), complaint)
                if let nearest = nearest(to: entry.key, among: known) { reading.forgetMissing(path(nearest)) }
            }
        }
    }
}

extension Section {
    private static let ours: Set = [
        "agents", "server", "management", "store", "workers", "log", "secrets_key", "secrets_key_file",
    ]

    /// True if `position` of a Hermes gateway's file lies in a part that we read: the block, or a section of ours.
    func isOurs(_ position: YAMLPosition, _ block: YAMLNode?) -> Bool {
        if let block, block.start <= position, position < block.end { return true }
        return mapping?.entries.contains {
            Self.ours.contains($0.key) && $0.start <= position && position < $0.value.end
        } ?? false
    }
}
