import JSON

extension Envelope {
    init(json body: [UInt8]) throws(CallbackError) {
        guard let root = try? JSONValue(parsing: body, maxDepth: 8),
            let encrypted = root["encrypt"]?.string?.nonEmpty
        else { throw .unreadableEnvelope(nil) }
        self.init(
            toUserName: root["tousername"]?.string?.nonEmpty,
            agentID: root["agentid"]?.stringOrInteger.flatMap { AgentID($0) },
            encrypted: encrypted
        )
    }
}
