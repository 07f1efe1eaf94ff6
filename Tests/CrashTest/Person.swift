import SeededTesting
import Simulator
import System
import WeCom

/// Somebody who writes to an app: the next message once the last was acknowledged, or WeCom had given it up. WeCom repeats
/// what got no 200, and now and then what did.
struct Person {
    let conversation: Conversation
    let app: FakeApp
    let wecom: FakeWeCom
    let ledger: Ledger

    /// WeCom waits five seconds for a 200, four times. Here a restart is to take several tries, and now and then all of them.
    private static let patiences = [40, 400, 400, 400].map(Duration.milliseconds)

    func talk(seed: UInt64) async {
        var random = SeededNumbers(seed: seed)
        var acknowledged: [InboundMessage] = []
        while let line = await ledger.nextLine(of: conversation) {
            let message = message(line)
            let patience = Person.patiences.randomElement(using: &random) ?? .zero
            let tries = await wecom.post(message, to: app, patience: patience)
            guard tries.last?.isAcknowledged == true else { continue }
            ledger.noteAcknowledged(line)
            acknowledged = acknowledged.suffix(9) + [message]
            if Int.random(in: 0..<8, using: &random) == 0, let earlier = acknowledged.randomElement(using: &random) {
                await wecom.post(earlier, to: app, patience: patience)
            }
        }
    }

    private func message(_ line: Line) -> InboundMessage {
        InboundMessage(
            corp: app.corpID, sender: .member(UserID(conversation.user)),
            createTime: Timestamp(seconds: Timestamp.now.seconds), agentID: app.agentID,
            messageID: String(7_000_000_000_000_000_000 + line.number),
            content: line.saying.content(line, in: wecom, of: app.corpID))
    }
}
