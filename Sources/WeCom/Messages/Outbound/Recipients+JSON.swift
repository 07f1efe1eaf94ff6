package import JSON
import Text

extension Recipients.Names {
    static let sending = Recipients.Names(users: "touser", parties: "toparty", tags: "totag")
    static let updating = Recipients.Names(users: "userids", parties: "partyids", tags: "tagids")
}

// `message/send` wants strings joined by `|`, `message/update_template_card` lists: each refuses the other's form.

extension Recipients {
    /// The members that `message/send` wants, in an object of their own.
    package var json: JSONValue { .object(members) }

    package init(json: JSONValue) throws(MessageFault) {
        self.init(try Recipients.shape.read(json, at: .message))
    }

    static let fields: [Field] = [
        .optional("touser", .text()),
        .optional("toparty", .joinedNumbers),
        .optional("totag", .joinedNumbers),
    ]

    private static let shape = Shape(fields)

    /// The members that `message/send` wants.
    var members: [JSONValue.Member] {
        guard case .these(let users, let parties, let tags) = self else { return [.init("touser", "@all")] }
        return [
            ("touser", users.map(\.text)), ("toparty", parties.map { String($0) }), ("totag", tags.map { String($0) }),
        ].compactMap { name, list in list.isEmpty ? nil : .init(name, .string(list.joined(separator: "|"))) }
    }

    /// Takes `members` from what was read. Beside `@all` WeCom ignores departments and tags, and so do we.
    init(_ fields: JSONValue) {
        let users = fields["touser"]?.string ?? ""
        self =
            users == "@all"
            ? .everyone
            : .these(
                users: users.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "|") }.map { UserID(String($0)) },
                parties: fields["toparty"]?.string?.joinedNumbers ?? [],
                tags: fields["totag"]?.string?.joinedNumbers ?? [])
    }
}

extension Recipients {
    /// The members that `message/update_template_card` wants.
    var listMembers: [JSONValue.Member] {
        guard case .these(let users, let parties, let tags) = self else { return [.init("atall", 1)] }
        return [
            ("userids", users.map { .string($0.text) }), ("partyids", parties.map { .integer($0) }),
            ("tagids", tags.map { .integer($0) }),
        ].compactMap { (name: String, list: [JSONValue]) in list.isEmpty ? nil : .init(name, .array(list)) }
    }

    /// Takes `listMembers` from what was read.
    init(lists fields: JSONValue) {
        self =
            fields["atall"] == 1
            ? .everyone
            : .these(
                users: fields["userids"]?.array?.compactMap { $0.string.map { UserID($0) } } ?? [],
                parties: fields["partyids"]?.array?.compactMap(\.integer) ?? [],
                tags: fields["tagids"]?.array?.compactMap(\.integer) ?? [])
    }
}
