import JSON
import Text

// Reading: every value is of its kind, and nothing stands there that the table lacks. What comes out has its fields in the
// table's order, so that equal messages are equal bytes: WeCom's duplicate check compares requests.

extension FieldKind {
    func read(_ value: JSONValue, at path: FieldPath) throws(MessageFault) -> JSONValue {
        switch self {
        case .object(let shape): return try shape.read(value, at: path)
        case .named(let name, let shapes):
            return try FieldKind.shape(in: shapes, by: name, of: value, at: path).read(value, at: path)
        case .list(let kind, _):
            guard let values = value.array else { throw path.fault(.wrongKind(wanted: wanted)) }
            var list: [JSONValue] = []
            for (index, value) in values.enumerated() { list.append(try kind.read(value, at: path[index])) }
            return .array(list)
        default:
            guard let plain = plain(value) else { throw path.fault(.wrongKind(wanted: wanted)) }
            if let choices, let number = plain.integer, !choices.contains(number) {
                throw path.fault(.noChoice(among: choices.map { String($0) }))
            }
            if case .count(let allowed) = self, let number = plain.integer, !allowed.contains(number) {
                throw path.fault(.unfit("is \(number); WeCom takes \(allowed.lowerBound) to \(allowed.upperBound)"))
            }
            if case .leads(let targets) = self, plain.integer == 0, targets.lowerBound > 0 { throw path.fault(absence) }
            return plain
        }
    }

    /// The value as it is written, if it is of this kind: a whole number may be written as `2.0`, and is 2.
    private func plain(_ value: JSONValue) -> JSONValue? {
        switch self {
        case .text, .key, .visible, .characters, .url, .taskID: value.string.map { .string($0) }
        case .cut(let most): value.string.map { .string($0.cut(toCharacters: most, bytes: most * 64, mark: "")) }
        case .bool: value.bool.map { .bool($0) }
        case .integer, .count, .choice, .oneOf, .leads: value.wholeNumber.map { .integer($0) }
        case .flag: if let number = value.wholeNumber, (0...1).contains(number) { .integer(number) } else { nil }
        case .number: if case .number = value { value } else { value.integer.map { .number(Double($0)) } }
        case .joinedNumbers: value.string?.joinedNumbers.map { _ in value }
        case .object, .list, .named: nil
        }
    }

    private var wanted: String {
        switch self {
        case .text, .key, .visible, .characters, .cut, .url, .taskID: "a string"
        case .bool: "true or false"
        case .integer, .count, .choice, .oneOf, .leads: "a whole number"
        case .flag: "0 or 1"
        case .number: "a number"
        case .joinedNumbers: "a string of numbers joined by |"
        case .list: "a list"
        case .object, .named: "an object"
        }
    }

    private var choices: [Int64]? {
        switch self {
        case .choice(let choices): Array(choices)
        case .oneOf(let choices): choices
        case .leads(let targets): Array(0...targets.upperBound)
        default: nil
        }
    }

    /// The fault where a required one is missing.
    fileprivate var absence: MessageFault.Problem {
        switch self {
        case .leads(let targets) where targets.upperBound == 3:
            .unfit("must be 1 for a url, 2 for an appid or 3 for a question")
        case .leads: .unfit("must be 1 for a url or 2 for an appid")
        default: .missing
        }
    }

    /// The shape that belongs to the name in the field `name`.
    static func shape(
        in shapes: [(name: String, shape: Shape)], by name: String, of value: JSONValue, at path: FieldPath
    ) throws(MessageFault) -> Shape {
        guard case .object = value else { throw path.fault(.wrongKind(wanted: "an object")) }
        guard let found = value[name] else { throw path[name].fault(.missing) }
        guard let text = found.string else { throw path[name].fault(.wrongKind(wanted: "a string")) }
        guard let shape = shapes.first(where: { $0.name.isSame(as: text) })?.shape else {
            throw path[name].fault(.noChoice(among: shapes.map(\.name)))
        }
        return shape
    }
}

extension Shape {
    func read(_ value: JSONValue, at path: FieldPath) throws(MessageFault) -> JSONValue {
        guard case .object(let members) = value else { throw path.fault(.wrongKind(wanted: "an object")) }
        var strays = try strays(among: members, at: path)
        var read: [JSONValue.Member] = []
        for field in fields {
            let value = value[field.name]
            switch try field.standing(among: members, at: path) {
            case .nowhere: if value != nil { strays.append(field.name) }
            case .forNothing: break
            case .inPlace:
                if let value {
                    let value = try field.read(value, at: path[field.name])
                    if field.presence == .optional, value == [] { continue }
                    read.append(.init(field.name, value))
                } else if field.presence == .required {
                    throw path[field.name].fault(field.kind.absence)
                }
            }
        }
        if let stray = strays.first { throw path[String(stray.prefix(64))].fault(.unknownField) }
        return .object(read)
    }

    /// The names that the table does not have; refuses a field that stands there twice.
    private func strays(among members: [JSONValue.Member], at path: FieldPath) throws(MessageFault) -> [String] {
        var strays: [String] = []
        var found: Set<Int> = []
        for member in members {
            if let index = fields.firstIndex(where: { $0.name.isSame(as: member.name) }) {
                guard found.insert(index).inserted else { throw path[member.name].fault(.standsTwice) }
            } else if strays.isEmpty {
                strays.append(member.name)
            }
        }
        return strays
    }
}

extension Field {
    fileprivate enum Standing { case inPlace, nowhere, forNothing }

    fileprivate func standing(
        among members: [JSONValue.Member], at path: FieldPath
    ) throws(MessageFault) -> Standing {
        let object = JSONValue.object(members)
        let type = object["type"]?.wholeNumber ?? 0
        switch condition {
        case .always: return .inPlace
        case .ofType(let wanted): return type == wanted ? .inPlace : .nowhere
        case .leadingAs(let wanted):
            guard type == 0, object[name] != nil else { return type == wanted ? .inPlace : .forNothing }
            throw path["type"].fault(FieldKind.leads(1...max(2, wanted)).absence)
        case .beside(let other): return object[other] != nil ? .inPlace : .nowhere
        case .unless(let other): return object[other] == nil ? .inPlace : .forNothing
        }
    }

    fileprivate func read(_ value: JSONValue, at path: FieldPath) throws(MessageFault) -> JSONValue {
        guard presence != .setBySending else {
            throw path.fault(.unfit("is set when the message is sent: leave it out"))
        }
        return try kind.read(value, at: path)
    }
}

extension JSONValue {
    /// A number without a fraction, however it is written: `2.0` is 2.
    fileprivate var wholeNumber: Int64? {
        if case .number(let number) = self { Int64(exactly: number) } else { integer }
    }
}

extension String {
    /// The numbers of a text that has `|` between them; nil if anything else stands there.
    var joinedNumbers: [Int64]? {
        let words = pieces(keepingEmpty: false) { $0 == UInt8(ascii: "|") }
        let numbers = words.compactMap { Int64($0) }
        return numbers.count == words.count ? numbers : nil
    }
}
