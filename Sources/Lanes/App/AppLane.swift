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
                let receipt = try await client.send(message, checkingDuplicates: delivery.checksDuplicates)
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
    /// As long as the obstacle asks for. Calls that met because they came at once are not to come back at once, so the
    /// first pause varies where it is short.
    init(_ obstacle: Obstacle) {
        let (first, longest) = obstacle.pause
        let isShort = first < .seconds(60)
        self.init(
            code: obstacle.code.description, advice: obstacle.advice,
            first: isShort ? first * Double.random(in: 0.5...1) : first, longest: longest)
    }
}
