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
                return outcome(of: error)
            }
        }
    }

    private func outcome(of error: WeComError) -> SendOutcome {
        if error.isCancellation, Task.isCancelled { return .interrupted }
        guard error.isTransient else { return .failed(reason: error.description) }
        return .retry(
            reason: error.description, isAmbiguous: error.isAmbiguous, pause: error.obstacle.map(AppPause.init))
    }
}

extension AppPause {
    /// Too many calls: longer and longer. What a person must mend is tried once a minute.
    init(_ obstacle: Obstacle) {
        self.init(
            code: obstacle.code.description, advice: obstacle.advice,
            longest: obstacle.isLimit ? .seconds(3600) : .seconds(60))
    }
}
