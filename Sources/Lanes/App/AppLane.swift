package import Router
package import WeCom

/// The way out of a self-built app: `message/send` through the app's own token.
package struct AppLane: Lane {
    private let client: WeComClient

    package init(_ client: WeComClient) { self.client = client }

    package func send(_ delivery: Delivery) async -> SendOutcome {
        switch delivery.part.address {
        case .user(let user):
            let message = OutboundMessage(to: user, .text(delivery.part.text))
            do throws(WeComError) {
                let receipt = try await client.send(
                    message.json, to: user, checkingDuplicates: delivery.checksDuplicates)
                return .sent(wecomID: receipt.messageID)
            } catch {
                return error.isTransient
                    ? .retry(reason: error.description, isAmbiguous: error.isAmbiguous)
                    : .failed(reason: error.description)
            }
        }
    }
}
