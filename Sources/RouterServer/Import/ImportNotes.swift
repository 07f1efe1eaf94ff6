import JSON

/// Everything that an import tells of the configuration it read: for each key whether it was taken, changed or left out.
final class ImportNotes {
    enum Outcome: String, Sendable {
        case took
        case changed
        case left = "left out"
    }

    struct Note: Sendable {
        let outcome: Outcome
        let place: Place
        let key: String
        let text: String

        var line: String { "\(place): \(outcome.rawValue) \(key)\(outcome == .took ? " " : ": ")\(text)" }

        var json: JSONValue {
            [
                "outcome": .string(outcome.rawValue), "place": .string(place.description), "key": .string(key),
                "text": .string(text),
            ]
        }
    }

    /// The number of notes that are kept; what is beyond it is counted.
    static let most = 5000

    private var notes: [Note] = []
    private(set) var untold = 0

    /// Its value stands in a place of ours.
    func took(_ value: ForeignValue, as what: String) { add(.took, value.place, value.key, "as \(what)") }

    /// It became something else than it was.
    func changed(_ value: ForeignValue, _ what: String) { add(.changed, value.place, value.key, what) }
    func changed(_ place: Place, _ key: String, _ what: String) { add(.changed, place, key, what) }

    func left(_ value: ForeignValue, _ why: String) { add(.left, value.place, value.key, why) }
    func left(_ place: Place, _ key: String, _ why: String) { add(.left, place, key, why) }

    private func add(_ outcome: Outcome, _ place: Place, _ key: String, _ text: String) {
        guard notes.count < Self.most else {
            untold += 1
            return
        }
        notes.append(Note(outcome: outcome, place: place, key: printable(key, most: 200), text: text))
    }

    /// In the order of the file, file by file.
    var sorted: [Note] {
        notes.enumerated().sorted { a, b in
            let (place, other) = (a.element.place.order, b.element.place.order)
            return place == other ? a.offset < b.offset : place < other
        }.map(\.element)
    }

    func count(_ outcome: Outcome) -> Int { notes.count { $0.outcome == outcome } }

    /// True if something was left out that may keep somebody out.
    var leavesSafetyOut: Bool {
        notes.contains { note in
            let name = note.key.split(separator: ".").last.map(String.init) ?? ""  // short: a key
            return note.outcome == .left && speaksOfSafety(name)
        }
    }
}

extension Place {
    fileprivate var order: (String, Int, Int) {
        switch self {
        case .file(let name, let line, let column): (name, line, column)
        case .environment(let name): (name, 0, 0)
        }
    }
}
