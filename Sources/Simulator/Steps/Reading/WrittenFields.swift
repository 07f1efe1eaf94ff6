import System
import Text

/// The fields of a step while they are read. Those that nobody asked for are refused in the end.
struct WrittenFields {
    /// The bounds of what may be written.
    struct Limits: Sendable {
        /// The longest that a step may take.
        var longest = Duration.seconds(3600)
        /// True if files may be named by their paths.
        var takesPaths = true
    }

    let verb: String
    let line: Int?
    private let fields: [Written.Field]
    private var known: [String] = []

    static let longestName = 128
    static let longestText = 100 << 10

    init(_ written: Written, of verb: String) throws(StepFault) {
        guard case .fields(let fields) = written.content else {
            throw StepFault(written.line, "\(verb) takes fields, as the documentation names them")
        }
        (self.verb, line, self.fields) = (verb, written.line, fields)
        var seen: [String] = []
        for field in fields {
            guard !seen.contains(where: { $0.isSame(as: field.name) }) else {
                throw StepFault(field.line, "\(verb).\(field.name.shortened) is there twice")
            }
            seen.append(field.name)
        }
    }

    /// Refuses the fields that nobody asked for.
    func finish() throws(StepFault) {
        for field in fields where !known.contains(where: { $0.isSame(as: field.name) }) {
            throw StepFault(
                field.line,
                "\(verb) has no field \(field.name.shortened): it takes \(known.joined(separator: ", "))")
        }
    }

    func fault(_ name: String, _ complaint: String) -> StepFault {
        let field = fields.first { $0.name.isSame(as: name) }
        return StepFault(field?.value.line ?? field?.line ?? line, "\(verb).\(name) \(complaint)")
    }

    /// The value of a field, which is known from now on.
    mutating func value(_ name: String) -> Written? {
        known.append(name)
        return fields.first { $0.name.isSame(as: name) }?.value
    }

    /// A text that is not empty.
    mutating func text(_ name: String, most: Int = WrittenFields.longestText) throws(StepFault) -> String? {
        guard let value = value(name) else { return nil }
        guard case .text(let text, _) = value.content, !text.isEmpty else { throw fault(name, "must be a text") }
        guard text.utf8.count <= most else { throw fault(name, "has more than \(most) bytes") }
        return text
    }

    mutating func name(_ name: String) throws(StepFault) -> String? {
        try text(name, most: WrittenFields.longestName)
    }

    mutating func number(_ name: String, in range: ClosedRange<Int64>) throws(StepFault) -> Int64? {
        guard let value = value(name) else { return nil }
        let number: Int64? =
            switch value.content {
            case .number(let number): number
            case .text(let text, isPlain: true): Int64(text)
            default: nil
            }
        guard let number, range.contains(number) else {
            throw fault(name, "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// True where it is written so. A field that can only be true is left out otherwise.
    mutating func flag(_ name: String) throws(StepFault) -> Bool {
        guard let value = value(name) else { return false }
        switch value.content {
        case .flag(true): return true
        case .text(let text, isPlain: true) where text.isSame(as: "true"): return true
        default: throw fault(name, "must be true, or left out")
        }
    }

    mutating func duration(_ name: String, atMost most: Duration) throws(StepFault) -> Duration? {
        guard let value = value(name) else { return nil }
        return try Duration(value, as: "\(verb).\(name)", atMost: most)
    }

    /// One of the words that a field may have.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, of: Word.Type = Word.self
    ) throws(StepFault) -> Word? where Word.RawValue == String {
        guard let text = try self.name(name) else { return nil }
        guard let word = Word.allCases.first(where: { $0.rawValue.isSame(as: text) }) else {
            throw fault(name, "must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// One name, or a list of them.
    mutating func names(_ name: String, atMost most: Int = 32) throws(StepFault) -> [String] {
        guard let value = value(name) else { return [] }
        let complaint = fault(name, "must be a name, or a list of at most \(most)")
        return try value.names(atMost: most, orElse: complaint)
    }
}

extension Written {
    /// The names of a list, or one alone.
    func names(atMost most: Int, orElse complaint: StepFault) throws(StepFault) -> [String] {
        let elements: [Written] = if case .list(let elements) = content { elements } else { [self] }
        guard (1...most).contains(elements.count) else { throw complaint }
        var names: [String] = []
        for element in elements {
            guard case .text(let text, _) = element.content, (1...WrittenFields.longestName).contains(text.utf8.count)
            else { throw complaint }
            names.append(text)
        }
        return names
    }
}

extension Duration {
    init(_ written: Written, as name: String, atMost most: Duration) throws(StepFault) {
        guard case .text(let text, _) = written.content, let duration = Duration(written: text) else {
            throw StepFault(written.line, "\(name) must be a time as 500ms, 3s, 15m or 2h")
        }
        guard duration <= most else { throw StepFault(written.line, "\(name) must be \(most.short) at most") }
        self = duration
    }
}

extension String {
    /// The beginning of something long, for a message.
    var shortened: String { cut(toCharacters: 40, bytes: 160) }
}
