import JSON

extension Envelope {
    init(json body: [UInt8]) throws(CallbackError) {
        guard let root = try? JSONValue(parsing: body, limits: .envelope),
            let encrypted = root["encrypt"]?.string?.nonEmpty
        else { throw .unreadableEnvelope(nil) }
        self.init(
            toUserName: root["tousername"]?.string?.nonEmpty,
            agentID: root["agentid"]?.stringOrInteger.flatMap { AgentID($0) },
            encrypted: encrypted
        )
    }
}

extension JSONLimits {
    /// An envelope is flat and has three members; nobody has signed it yet.
    fileprivate static let envelope = JSONLimits(depth: 8, base: 4 << 10, perByte: 2, most: 1 << 20)
}
