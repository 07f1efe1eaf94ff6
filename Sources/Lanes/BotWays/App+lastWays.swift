import Router
import System
import WeCom

extension App {
    /// WeCom takes the answer at a message's own address for an hour. A minute is for the way.
    private static let responseLife = Duration.seconds(59 * 60)

    /// The ways to answer a message when those of its lane are gone, the best first.
    func lastWays(for message: InboundMessage, at now: Timestamp) -> [Way] {
        var ways: [Way] = []
        if let url = message.responseURL {
            ways.append(Way(.responseURL(url.reveal()), expiresAt: now.advanced(by: App.responseLife)))
        }
        // An app writes to people, and to no group that it has not made.
        if traits.hasFallback, message.chat == .single { ways.append(.app) }
        return ways
    }
}
