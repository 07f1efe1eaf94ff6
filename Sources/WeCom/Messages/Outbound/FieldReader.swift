import JSON

/// Reads one JSON object strictly: each member by its kind, and nothing may be left over.
struct FieldReader {
    let path: FieldPath
    private var left: [String: JSONValue] = [:]

    /// Reads `value` with `read`, which has to take every member it holds.
    static func read<Part>(
        _ value: JSONValue, at path: FieldPath,
        _ read: (inout FieldReader) throws(MessageFault) -> Part
    ) throws(MessageFault) -> Part {
        var fields = try FieldReader(value, at: path)
        let part = try read(&fields)
        guard let stray = fields.left.keys.min() else { return part }
        throw path[String(stray.prefix(64))].fault(.unknownField)
    }

    private init(_ value: JSONValue, at path: FieldPath) throws(MessageFault) {
        self.path = path
        guard case .object(let members) = value else { throw path.fault(.wrongKind(wanted: "an object")) }
        for member in members {
            guard left.updateValue(member.value, forKey: member.name) == nil else {
                throw path[String(member.name.prefix(64))].fault(.standsTwice)
            }
        }
    }

    func has(_ name: String) -> Bool { left[name] != nil }

    /// Takes a member, if there is one, as what `read` makes of it; `wanted` names that kind.
    mutating func take<Value>(
        _ name: String, _ wanted: String, _ read: (JSONValue) -> Value?
    ) throws(MessageFault) -> Value? {
        guard let value = left.removeValue(forKey: name) else { return nil }
        guard let result = read(value) else { throw path[name].fault(.wrongKind(wanted: wanted)) }
        return result
    }

    func required<Value>(_ value: Value?, _ name: String) throws(MessageFault) -> Value {
        guard let value else { throw path[name].fault(.missing) }
        return value
    }
}

// MARK: Plain values

extension FieldReader {
    mutating func text(_ name: String) throws(MessageFault) -> String {
        try required(try text(ifPresent: name), name)
    }

    mutating func text(ifPresent name: String) throws(MessageFault) -> String? {
        try take(name, "a string", \.string)
    }

    mutating func bool(_ name: String) throws(MessageFault) -> Bool? { try take(name, "true or false", \.bool) }

    mutating func integer(_ name: String) throws(MessageFault) -> Int64? {
        try take(name, "a whole number", \.wholeNumber)
    }

    mutating func number(_ name: String) throws(MessageFault) -> Double? {
        try take(name, "a number") { value in
            if case .number(let number) = value { number } else { value.integer.map(Double.init) }
        }
    }

    /// 0 or 1.
    mutating func flag(_ name: String) throws(MessageFault) -> Bool? {
        try take(name, "0 or 1") { value in
            switch value.wholeNumber {
            case 0: false
            case 1: true
            default: nil
            }
        }
    }

    /// One of the numbers that WeCom gave to a few choices.
    mutating func choice<Choice: RawRepresentable<Int64> & CaseIterable>(
        _ name: String
    ) throws(MessageFault) -> Choice? {
        guard let number = try integer(name) else { return nil }
        guard let choice = Choice(rawValue: number) else {
            throw path[name].fault(.noChoice(among: Choice.allCases.map { String($0.rawValue) }))
        }
        return choice
    }
}

extension JSONValue {
    /// A number without a fraction, however it is written: `2.0` is 2.
    var wholeNumber: Int64? {
        if case .number(let number) = self { Int64(exactly: number) } else { integer }
    }
}

// MARK: Objects and lists

extension FieldReader {
    mutating func members<Part>(
        _ name: String, _ read: (inout FieldReader) throws(MessageFault) -> Part
    ) throws(MessageFault) -> Part {
        let value = try required(try take(name, "an object") { $0 }, name)
        return try FieldReader.read(value, at: path[name], read)
    }

    mutating func part<Part: MessagePart>(_ name: String) throws(MessageFault) -> Part {
        try required(try part(ifPresent: name), name)
    }

    mutating func part<Part: MessagePart>(ifPresent name: String) throws(MessageFault) -> Part? {
        guard let value = try take(name, "an object", { $0 }) else { return nil }
        return try Part(value, at: path[name])
    }

    mutating func parts<Part: MessagePart>(_ name: String) throws(MessageFault) -> [Part] {
        try required(try parts(ifPresent: name), name)
    }

    mutating func parts<Part: MessagePart>(ifPresent name: String) throws(MessageFault) -> [Part]? {
        guard let values = try take(name, "a list", \.array) else { return nil }
        var parts: [Part] = []
        for (index, value) in values.enumerated() { parts.append(try Part(value, at: path[name][index])) }
        return parts
    }

    /// A list of values that `read` takes one by one.
    mutating func list<Value>(
        _ name: String, of wanted: String, _ read: (JSONValue) -> Value?
    ) throws(MessageFault) -> [Value]? {
        guard let values = try take(name, "a list", \.array) else { return nil }
        var list: [Value] = []
        for (index, value) in values.enumerated() {
            guard let value = read(value) else { throw path[name][index].fault(.wrongKind(wanted: wanted)) }
            list.append(value)
        }
        return list
    }
}
