import JSON
import System
import Text

/// Reads the members of a bot's document: each is of its kind and stands there once. What is null or empty is missing.
struct BotFields {
    /// WeCom's ids have up to a few dozen bytes.
    static let longestID = 512
    /// The addresses of files are signed, and have some hundred bytes.
    static let longestURL = 8192

    private let members: [JSONValue.Member]
    private let path: String
    /// WeCom's own table of some events leaves the underscores out.
    private var ignoresUnderscores = false

    init(_ value: JSONValue, at path: String = "") throws(InboundMessageError) {
        guard case .object(let members) = value else {
            throw .wrongKind(path.isEmpty ? "its content" : path, wanted: "an object")
        }
        self.members = members
        self.path = path
    }

    /// The same, and what is within, with a name found whether or not it has its underscores.
    var ignoringUnderscores: BotFields {
        var fields = self
        fields.ignoresUnderscores = true
        return fields
    }

    /// The names of the members, as many and as long as a log should have.
    var names: [String] { members.prefix(32).map(\.name.shortened) }

    func path(of name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

    /// The member, but for null. One that stands there twice says nothing that can be relied on.
    func value(_ name: String) throws(InboundMessageError) -> JSONValue? {
        var found: JSONValue?
        for member in members where isCalled(name, member) {
            guard found == nil else { throw .unclear(path(of: name)) }
            found = member.value
        }
        return found == .null ? nil : found
    }

    private func isCalled(_ name: String, _ member: JSONValue.Member) -> Bool {
        if member.name.isSame(as: name) { return true }
        guard ignoresUnderscores else { return false }
        let underscore = UInt8(ascii: "_")
        return member.name.utf8.lazy.filter { $0 != underscore }.elementsEqual(
            name.utf8.lazy.filter { $0 != underscore })
    }

    // MARK: By kind

    func object(_ name: String) throws(InboundMessageError) -> BotFields? {
        guard let value = try value(name) else { return nil }
        return try within(value, path(of: name))
    }

    private func within(_ value: JSONValue, _ path: String) throws(InboundMessageError) -> BotFields {
        var fields = try BotFields(value, at: path)
        fields.ignoresUnderscores = ignoresUnderscores
        return fields
    }

    func objects(_ name: String, atMost limit: Int) throws(InboundMessageError) -> [BotFields] {
        var fields: [BotFields] = []
        for (index, value) in try list(name, atMost: limit).enumerated() {
            fields.append(try within(value, "\(path(of: name))[\(index)]"))
        }
        return fields
    }

    func list(_ name: String, atMost limit: Int) throws(InboundMessageError) -> [JSONValue] {
        guard let value = try value(name) else { return [] }
        guard let list = value.array else { throw .wrongKind(path(of: name), wanted: "a list") }
        guard list.count <= limit else { throw .tooLong(path(of: name), limit: limit) }
        return list
    }

    /// A text, which may be long.
    func text(_ name: String) throws(InboundMessageError) -> String? {
        guard let value = try value(name) else { return nil }
        guard let text = value.string else { throw .wrongKind(path(of: name), wanted: "a string") }
        return text.nonEmpty
    }

    /// A text of at most so many bytes.
    func id(_ name: String, atMost limit: Int = longestID) throws(InboundMessageError) -> String? {
        guard let text = try text(name) else { return nil }
        guard text.utf8.count <= limit else { throw .tooLong(path(of: name), limit: limit) }
        return text
    }

    func integer(_ name: String) throws(InboundMessageError) -> Int64? {
        guard let value = try value(name) else { return nil }
        guard let number = value.integer else { throw .wrongKind(path(of: name), wanted: "a whole number") }
        return number
    }

    /// Seconds since 1970, up to the end of the year 9999, as a number or in digits.
    func time(_ name: String) throws(InboundMessageError) -> Timestamp? {
        guard let value = try value(name) else { return nil }
        guard let seconds = value.shortStringOrInteger.flatMap({ Int64($0) }), (0..<253_402_300_800).contains(seconds)
        else { throw .wrongKind(path(of: name), wanted: "a time in seconds") }
        return Timestamp(seconds: seconds)
    }

    // MARK: What has to be there

    func require(_ name: String) throws(InboundMessageError) -> BotFields {
        guard let object = try object(name) else { throw .missing(path(of: name)) }
        return object
    }

    func requireID(_ name: String) throws(InboundMessageError) -> String {
        guard let id = try id(name) else { throw .missing(path(of: name)) }
        return id
    }
}
