import JSON
import Router

/// A message as its row has it. It is put in words before the writer's thread, which all callbacks share, has to.
struct MessageColumns: Sendable {
    let body: String
    let replyAddress: String

    init(_ message: AcceptedMessage) {
        body = message.json.text
        replyAddress = message.replyAddress.json.text
    }
}
