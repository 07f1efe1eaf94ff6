import Router
import WeCom

/// The one answer that a message takes at its own address, besides all that its bot says otherwise.
struct SingleResponse: Sendable {
    let store: any StreamStore
    let outside: BotOutside

    /// Posts an answer there.
    ///
    /// The address is marked as used up before it is used: after a crash in between nobody knows whether the answer was shown,
    /// and it is not sent again.
    func post(_ delivery: Delivery, to url: String) async -> SendOutcome {
        let way = Way.Kind.responseURL(url)
        guard case .message(let content, _) = delivery.part.body, let text = content.words else {
            return .wayGone(way, reason: "the response_url takes texts alone")
        }
        guard delivery.ends else {
            return .wayGone(way, reason: "the one answer at the response_url is kept for the reply")
        }
        guard let stream = delivery.part.address.stream else {
            return .wayGone(way, reason: "nothing tells whether the response_url is used up")
        }
        do {
            switch try await store.useResponse(of: stream, by: delivery.id) {
            case .begun:
                let reply = BotReply.markdown(text, feedback: delivery.feedback)
                return try await post(reply, to: Secret(url), of: stream)
            case .unclear: return SingleResponse.unclear("the router stopped while it was posted")
            case .usedUp: return .wayGone(way, reason: "the response_url is used up")
            }
        } catch {
            return .retry(reason: "\(error)", isAmbiguous: false)
        }
    }

    private func post(_ reply: BotReply, to url: Secret, of stream: String) async throws -> SendOutcome {
        switch await outside.post(reply, to: url) {
        case .sent: return .sent(SendReceipt())
        case .unsent(let reason):
            try await store.giveBackResponse(of: stream)
            return .retry(reason: reason, isAmbiguous: false)
        case .refused(let reason): return .wayGone(.responseURL(url.reveal()), reason: reason)
        case .unclear(let reason): return SingleResponse.unclear(reason)
        }
    }

    private static func unclear(_ reason: String) -> SendOutcome {
        .failed(reason: "it may have been shown, and is not sent again: \(reason)")
    }
}
