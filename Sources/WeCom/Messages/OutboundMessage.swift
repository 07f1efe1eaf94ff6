package import JSON

/// A message to one member of a corp, as `message/send` takes it.
package struct OutboundMessage: Sendable, Equatable {
    package enum Content: Sendable, Equatable {
        case text(String)
    }

    package var to: UserID
    package var content: Content

    package init(to: UserID, _ content: Content) {
        self.to = to
        self.content = content
    }

    /// WeCom cuts a text, or refuses it, beyond so many bytes.
    package static let maxTextBytes = 2048
}

extension OutboundMessage {
    /// The part of the request that says what goes to whom; app and duplicate check are added when it is sent.
    package var json: JSONValue {
        switch content {
        case .text(let text):
            ["touser": .string(to.text), "msgtype": "text", "text": ["content": .string(text)]]
        }
    }
}
