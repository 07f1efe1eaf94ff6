import JSON

extension Envelope {
    init(json body: [UInt8]) throws(CallbackError) {
        guard let root = try? JSONValue(parsing: body, limits: .envelope),
            let encrypted = (root["encrypt"] ?? root["Encrypt"])?.string?.nonEmpty
        else { throw .unreadableEnvelope(nil) }
        self.init(
            toUserName: root["tousername"]?.string?.nonEmpty,
            agentID: root["agentid"]?.stringOrInteger.flatMap { AgentID($0) },
            encrypted: encrypted
        )
    }

    /// The body WeCom would post to an AI bot.
    package var json: [UInt8] {
        let hints: [JSONValue.Member?] = [
            toUserName.map { .init("tousername", .string($0)) }, agentID.map { .init("agentid", .integer($0.number)) },
        ]
        return JSONValue.object(hints.compactMap(\.self) + [.init("encrypt", .string(encrypted))]).bytes
    }
}

extension JSONLimits {
    /// An envelope is flat and has three members; nobody has signed it yet.
    fileprivate static let envelope = JSONLimits(depth: 8, base: 4 << 10, perByte: 2, most: 1 << 20)
}
