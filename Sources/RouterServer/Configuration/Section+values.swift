import WeCom
import YAML

/// The text of a value, where it was written, and whether it stands in the file as it is.
struct Written {
    let text: String
    let place: Place
    let isLiteral: Bool
}

/// The result of looking a key up.
enum Lookup {
    case absent
    /// The fault has been told.
    case faulty
    case present(Written)
}

extension Section {
    /// Reads `name` where it is given; otherwise `value` stays what it is, the default. Says whether it was given.
    @discardableResult
    func read<Value>(_ name: String, _ form: Form<Value>, into value: inout Value) -> Bool {
        guard case .present(let written) = lookup(name) else { return false }
        value = fit(written, form, name)
        return true
    }

    func read<Value>(_ name: String, _ form: Form<Value>, into value: inout Value?) {
        guard case .present(let written) = lookup(name) else { return }
        value = fit(written, form, name)
    }

    func read<Value>(_ name: String, _ form: Form<Value>, default value: Value) -> Value {
        var value = value
        read(name, form, into: &value)
        return value
    }

    /// Reads `name`, which must be given.
    func require<Value>(_ name: String, _ form: Form<Value>) -> Value {
        switch lookup(name) {
        case .present(let written): return fit(written, form, name)
        case .absent: complainOfMissing(name)
        case .faulty: break
        }
        return form.placeholder
    }

    /// The text under `name` with its variables put in. An empty value is as good as none.
    func lookup(_ name: String) -> Lookup {
        let node = node(name)
        if let variable = reading.variable(for: path(name)) {
            return .present(Written(text: variable.text, place: .environment(variable.name), isLiteral: false))
        }
        guard let node else { return isBeyondReading ? .faulty : .absent }
        switch node.content {
        case .refused: return .faulty
        case .scalar(let scalar): return written(scalar, at: node.start, path(name))
        case .sequence, .mapping:
            reading.fault(reading.place(node.start), path(name), "must be a single value")
            return .faulty
        }
    }

    func written(_ scalar: YAMLScalar, at position: YAMLPosition, _ key: String) -> Lookup {
        if scalar.isNull || scalar.text.isEmpty { return .absent }
        let place = reading.place(position)
        let substitution = Substitution(scalar.text, environment: reading.environment)
        reading.noteUse(of: substitution.variables)
        guard substitution.complaints.isEmpty else {
            for complaint in substitution.complaints { reading.fault(place, key, complaint) }
            return .faulty
        }
        if substitution.text.isEmpty { return .absent }
        return .present(Written(text: substitution.text, place: place, isLiteral: substitution.variables.isEmpty))
    }

    /// Holds `written` against its form; a mismatch is told and yields the placeholder.
    func fit<Value>(_ written: Written, _ form: Form<Value>, _ name: String) -> Value {
        guard let text = plainText(of: written, name, isSecret: Value.self == Secret.self) else {
            return form.placeholder
        }
        if let complaint = slip(in: text, name, isExact: Value.self == Secret.self || Value.self == CorpID.self) {
            reading.fault(written.place, path(name), complaint)
            return form.placeholder
        }
        switch form.fit(text) {
        case .fits(let value, let warning):
            reading.remember(path(name), at: written.place)
            reading.noteValue(text, of: path(name))
            if let warning { reading.warn(written.place, path(name), warning) }
            return value
        case .mismatch(let complaint):
            let quotes = isInFullWidthQuotes(text) ? quotesComplaint : nil
            reading.fault(written.place, path(name), quotes ?? complaint)
            return form.placeholder
        }
    }

    /// The complaint about a value that was not meant as it stands, whatever its form.
    private func slip(in text: String, _ name: String, isExact: Bool) -> String? {
        if isExact, isInFullWidthQuotes(text) { return quotesComplaint }
        // Variables and headers bear names of the user's own.
        if [".environment", ".headers"].contains(where: key.hasSuffix) { return nil }
        return Placeholder.complaint(about: text, for: key == "management" ? path(name) : name)
    }

    private var quotesComplaint: String {
        "stands in full-width quotes (“ ”), which would be part of it: write \" or leave them out"
    }

    func complainOfMissing(_ name: String) {
        let place = node(name).map { reading.place($0.start) } ?? placeOfMissing(name)
        guard !place.isEnvironment, !has(name) else {
            return reading.fault(place, path(name), place.isEnvironment ? "is not set" : "is empty")
        }
        reading.missing(path(name), at: place, "is missing")
    }
}
