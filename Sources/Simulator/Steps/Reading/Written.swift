package import JSON

/// A value as somebody wrote it: in a scenario, which has lines, or in a request.
package struct Written: Sendable {
    package enum Content: Sendable {
        /// A plain text may be meant as a number, too.
        case text(String, isPlain: Bool)
        case number(Int64)
        case list([Written])
        case fields([Field])
        case nothing
        case flag(Bool)
        /// Something that no step takes: a fraction, what the file's reader refuses.
        case other
    }

    package struct Field: Sendable {
        package let name: String
        package let line: Int?
        package let value: Written

        package init(_ name: String, line: Int?, _ value: Written) {
            self.name = name
            self.line = line
            self.value = value
        }
    }

    package let content: Content
    package let line: Int?

    package init(_ content: Content, line: Int?) {
        self.content = content
        self.line = line
    }

    /// The same under a field's name, where it is a text alone.
    func under(_ name: String) -> Written {
        guard case .text = content else { return self }
        return Written(.fields([Field(name, line: line, self)]), line: line)
    }

    package init(_ json: JSONValue) {
        let content: Content =
            switch json {
            case .null: .nothing
            case .bool(let flag): .flag(flag)
            case .integer(let number): .number(number)
            case .number(let number): Int64(exactly: number).map { .number($0) } ?? .other
            case .string(let text): .text(text, isPlain: false)
            case .array(let elements): .list(elements.map { Written($0) })
            case .object(let members): .fields(members.map { Field($0.name, line: nil, Written($0.value)) })
            }
        self.init(content, line: nil)
    }
}

/// The reason why what somebody wrote is no step, and its line where it has one.
package struct StepFault: Error, Equatable, CustomStringConvertible {
    package let line: Int?
    package let description: String

    package init(_ line: Int?, _ description: String) {
        self.line = line
        self.description = description
    }
}
