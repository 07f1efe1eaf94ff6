import Text
package import JSON

extension Recipients.Names {
    static let sending = Recipients.Names(users: "touser", parties: "toparty", tags: "totag")
    static let updating = Recipients.Names(users: "userids", parties: "partyids", tags: "tagids")
}

// `message/send` wants strings joined by `|`, `message/update_template_card` lists: each refuses the other's form.

extension Recipients {
    /// As `message/send` wants them, in an object of their own.
    package var json: JSONValue { .object(members) }

    package init(json: JSONValue) throws(MessageFault) {
        self = try FieldReader.read(json, at: .message) { fields throws(MessageFault) in
            try Recipients(reading: &fields)
        }
    }

    /// As `message/send` wants them.
    var members: [JSONValue.Member] {
        guard case .these(let users, let parties, let tags) = self else { return [.init("touser", "@all")] }
        return JSONValue.present([
            "touser": .joined(users.map(\.text)),
            "toparty": .joined(parties.map { String($0) }),
            "totag": .joined(tags.map { String($0) }),
        ])
    }

    /// Reads `members`. Beside `@all` WeCom ignores departments and tags, and so do we.
    init(reading fields: inout FieldReader) throws(MessageFault) {
        let users = try fields.text(ifPresent: "touser")
        let parties = try fields.numbers("toparty")
        let tags = try fields.numbers("totag")
        self =
            users == "@all"
            ? .everyone
            : .these(users: users.map(userIDs) ?? [], parties: parties, tags: tags)
    }
}

extension Recipients {
    /// As `message/update_template_card` wants them.
    var listMembers: [JSONValue.Member] {
        guard case .these(let users, let parties, let tags) = self else { return [.init("atall", 1)] }
        return JSONValue.present([
            "userids": users.isEmpty ? nil : .array(users.map { .string($0.text) }),
            "partyids": parties.isEmpty ? nil : .array(parties.map { .integer($0) }),
            "tagids": tags.isEmpty ? nil : .array(tags.map { .integer($0) }),
        ])
    }

    /// Reads `listMembers`.
    init(readingLists fields: inout FieldReader) throws(MessageFault) {
        let users = try fields.list("userids", of: "a string") { $0.string.map { UserID($0) } }
        let parties = try fields.list("partyids", of: "a whole number", \.wholeNumber)
        let tags = try fields.list("tagids", of: "a whole number", \.wholeNumber)
        self =
            try fields.flag("atall") == true
            ? .everyone
            : .these(users: users ?? [], parties: parties ?? [], tags: tags ?? [])
    }
}

extension JSONValue {
    fileprivate static func joined(_ texts: [String]) -> JSONValue? {
        texts.isEmpty ? nil : .string(texts.joined(separator: "|"))
    }
}

private func userIDs(_ text: String) -> [UserID] {
    text.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "|") }.map { UserID(String($0)) }
}

extension FieldReader {
    fileprivate mutating func numbers(_ name: String) throws(MessageFault) -> [Int64] {
        let wanted = "a string of numbers joined by |"
        guard let text = try take(name, wanted, \.string) else { return [] }
        var numbers: [Int64] = []
        for word in text.pieces(keepingEmpty: false, between: { $0 == UInt8(ascii: "|") }) {
            guard let number = Int64(word) else { throw path[name].fault(.wrongKind(wanted: wanted)) }
            numbers.append(number)
        }
        return numbers
    }
}
