import JSON
import Text

// Checking: what was read, or made by us, is within WeCom's limits.

extension FieldKind {
    /// `isSent` says that it is part of a message, and not of an update.
    func check(_ value: JSONValue, at path: FieldPath, isRequired: Bool, isSent: Bool) throws(MessageFault) {
        let text = value.string ?? ""
        switch self {
        case .text(let limit):
            if isRequired { try path.requireFilled(text) }
            try path.check(text, maxBytes: limit)
        case .key(let limit):
            try path.requireFilled(text)
            try path.check(text, maxBytes: limit)
        case .visible(let limit):
            guard text.hasWords else { throw path.fault(.empty) }
            try path.check(text, maxBytes: limit)
        case .characters(let allowed): try path.check(text, characters: allowed)
        case .url(let limit):
            if isRequired { try path.requireFilled(text) }
            try path.check(url: text, maxBytes: limit)
        case .taskID(let limit):
            try path.requireFilled(text)
            try path.check(text, maxBytes: limit)
            try path.checkTaskID(text)
        case .number(let allowed):
            guard case .number(let number) = value, allowed.contains(number) else {
                throw path.fault(
                    .unfit("is \(value.text); WeCom takes \(allowed.lowerBound) to \(allowed.upperBound)"))
            }
        case .object(let shape): try shape.check(value, at: path, isSent: isSent)
        case .named(let name, let shapes):
            try FieldKind.shape(in: shapes, by: name, of: value, at: path).check(value, at: path, isSent: isSent)
        case .list(let kind, let allowed):
            let values = value.array ?? []
            try path.check(count: values.count, allowed)
            for (index, value) in values.enumerated() {
                try kind.check(value, at: path[index], isRequired: isRequired, isSent: isSent)
            }
        case .cut, .bool, .integer, .count, .choice, .oneOf, .flag, .leads, .joinedNumbers: break
        }
    }
}

extension Shape {
    func check(_ value: JSONValue, at path: FieldPath, isSent: Bool) throws(MessageFault) {
        for field in fields {
            guard let held = value[field.name] else { continue }
            if field.presence == .updateOnly, isSent {
                throw path[field.name].fault(.unfit("stands only in an update of a card that was sent"))
            }
            try field.kind.check(
                held, at: path[field.name], isRequired: field.presence == .required, isSent: isSent)
        }
        for rule in rules { try rule.check(value, at: path, isSent: isSent) }
    }
}

extension Shape.Rule {
    fileprivate func check(_ value: JSONValue, at path: FieldPath, isSent: Bool) throws(MessageFault) {
        switch self {
        case .needs(let name, let other):
            guard other.map({ value[$0] != nil }) ?? true else { return }
            try Shape.Rule.require(name, in: value, at: path)
        case .needsWhenSent(let name, let other):
            guard isSent else { return }
            try Shape.Rule.needs(name, beside: other).check(value, at: path, isSent: isSent)
        case .oneOf(let name, let other):
            guard !value.has(name), !value.has(other) else { return }
            throw path[name].fault(.unfit("is missing, and so is \(other): one of the two is needed"))
        case .unique(let name, let lists):
            var seen: Set<String> = []
            for list in lists {
                for (index, entry) in (value.at(list)?.array ?? []).enumerated() {
                    guard let text = entry[name]?.string else { continue }
                    guard seen.insert(text).inserted else { throw path[list][index][name].fault(.repeated) }
                }
            }
        }
    }

    /// Says of `a.b` which of the two is missing.
    private static func require(_ name: String, in value: JSONValue, at path: FieldPath) throws(MessageFault) {
        guard let (object, rest) = name.cut(around: ".") else {
            guard let held = value[name] else { throw path[name].fault(.missing) }
            if held.string == "" { throw path[name].fault(.empty) }
            return
        }
        let name = String(object)
        guard let held = value[name] else { throw path[name].fault(.missing) }
        try require(String(rest), in: held, at: path[name])
    }
}

extension JSONValue {
    /// The value of a field, or of `a.b` in an object within.
    fileprivate func at(_ name: String) -> JSONValue? {
        guard let (object, rest) = name.cut(around: ".") else { return self[name] }
        return self[String(object)]?.at(String(rest))
    }

    /// True if the field is there and no empty text.
    fileprivate func has(_ name: String) -> Bool { at(name).map { $0.string != "" } ?? false }
}
