import XML

extension Envelope {
    init(xml body: [UInt8]) throws(CallbackError) {
        let root: XMLElement
        do { root = try XMLElement(parsing: body, limits: .envelope) } catch { throw .unreadableEnvelope(error) }
        guard let encrypted = root["Encrypt"]?.text.trimmed.nonEmpty else { throw .unreadableEnvelope(nil) }
        self.init(
            toUserName: root["ToUserName"]?.text.trimmed.nonEmpty,
            agentID: root["AgentID"].flatMap { AgentID($0.text.trimmed) },
            encrypted: encrypted
        )
    }

    /// The body WeCom would post.
    package var xml: [UInt8] {
        var writer = XMLWriter()
        writer.element("xml") { xml in
            if let toUserName { xml.element("ToUserName", text: toUserName) }
            xml.element("AgentID", text: agentID?.description ?? "")
            xml.element("Encrypt", text: encrypted)
        }
        return writer.bytes
    }
}

extension XMLLimits {
    /// An envelope is flat and has three elements; some room is left for what WeCom may add.
    fileprivate static let envelope = XMLLimits(depth: 8, elements: 64, references: 64)
}
