package import JSON

extension OutboundMessage {
    /// The request but for the app's number, and for the duplicate check where the message does not say it: these are added
    /// when it is sent.
    package var json: JSONValue {
        var members = to.members + [.init("msgtype", .string(content.type)), .init(content.type, content.body)]
        if let safe { members.append(.init("safe", .integer(safe.rawValue))) }
        if translatesIDs { members.append(.init("enable_id_trans", 1)) }
        return .object(members + (duplicateCheck?.members ?? []))
    }

    /// Reads what `json` writes. Everything must be of its kind, and nothing may stand there that WeCom does not know;
    /// lengths and numbers are `validate`'s to judge.
    package init(json: JSONValue) throws(MessageFault) {
        let fields = try FieldKind.message.read(json, at: .message)
        guard let type = fields["msgtype"]?.string, let body = fields[type] else {
            preconditionFailure("a message that was read has a type and what belongs to it")
        }
        to = Recipients(fields)
        content = Content(type: type, body: body)
        safe = fields["safe"]?.integer.flatMap(Safe.init)
        translatesIDs = fields["enable_id_trans"] == 1
        duplicateCheck = DuplicateCheck(fields)
    }

    /// The values that `msgtype` may have.
    package static let types = MessageType.all.map(\.name)
    /// The fields that messages of every type may have, but for that which is called as the type is.
    package static let envelope = FieldKind.envelope.map(\.name)

    /// Refuses what WeCom would refuse or cut, by its published limits.
    package func validate() throws(MessageFault) {
        try to.validate(at: .message)
        let type = MessageType.named(content.type)
        try type.content.check(
            content.body, at: FieldPath.message[content.type], isRequired: true, isSent: true)
        if let safe, !type.safe.contains(safe) {
            throw FieldPath.message["safe"].fault(.unfit("may not be \(safe.rawValue) with msgtype \(type.name)"))
        }
        if to == .everyone, !type.goesToEveryone {
            throw FieldPath.message["touser"].fault(.unfit("may not be @all with msgtype \(type.name)"))
        }
    }
}

extension OutboundMessage.DuplicateCheck {
    /// The longest that WeCom looks back.
    package static let longest: Int64 = 14_400

    /// Reads the check that a message asks for; nil if it says nothing of it.
    package init?(_ fields: JSONValue) {
        guard let isOn = fields["enable_duplicate_check"]?.integer else { return nil }
        self = isOn == 1 ? .on(seconds: fields["duplicate_check_interval"]?.integer) : .off
    }

    package var members: [JSONValue.Member] {
        guard case .on(let seconds) = self else { return [.init("enable_duplicate_check", 0)] }
        return [.init("enable_duplicate_check", 1)]
            + (seconds.map { [.init("duplicate_check_interval", .integer($0))] } ?? [])
    }
}
