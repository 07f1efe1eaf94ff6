package import Router
import WeCom

/// The app that delivers to a person what a bot's own ways cannot: its stream has ended, and the address that came with the
/// message is used up or has expired.
package struct AppFallback: Sendable {
    private let app: any Lane
    /// Stands above what it sends: the person wrote to somebody else.
    private let line: String

    /// An answer of a bot fits so many messages of an app.
    private static let mostMessages = 24

    package init(_ app: any Lane, saying line: String) {
        self.app = app
        self.line = line
    }

    /// Sends a text of a bot's length in messages of an app's.
    ///
    /// Where one of them may go again later, all do: WeCom swallows those that it has had.
    func send(_ text: String, for delivery: Delivery) async -> SendOutcome {
        guard case .user = delivery.part.address.target else {
            return .wayGone(.app, reason: "an app writes to no group")
        }
        let composer = ReplyComposer(format: .auto, maxParts: AppFallback.mostMessages, within: AppLane.speech)
        let composed = composer.compose("\(line)\n\n\(text)", fullTextNote: "")
        for part in composed.parts {
            let content: OutboundMessage.Content = composed.form == .markdown ? .markdown(part) : .text(part)
            var message = Delivery(
                id: delivery.id, conversation: delivery.conversation, job: delivery.job,
                part: Part(to: delivery.part.address, .message(content)), attempt: delivery.attempt,
                checksDuplicates: true)
            message.kind = delivery.kind
            let outcome = await app.send(message)
            guard case .sent = outcome else { return outcome }
        }
        return .sent(SendReceipt())
    }
}
