import JSON
import Simulator
import WeCom

// What people are told that is no answer to what they said.

extension Verdict {
    /// One for each message that was given up, and no more.
    mutating func isApology(_ message: SentMessage, _ cast: Cast) -> Bool {
        guard let door = cast.door(of: message) else { return false }
        let conversation = Conversation(door: door, peer: message.to)
        guard GivenUp.isTold(by: message.text),
            apologies[conversation, default: 0] < givenUp[conversation, default: 0]
        else { return message.isSwallowed && GivenUp.isTold(by: message.text) }
        if !message.isSwallowed { apologies[conversation, default: 0] += 1 }
        return true
    }

    mutating func isApology(_ bubble: Bubble, _ cast: Cast) -> Bool {
        guard GivenUp.isTold(by: bubble.text), let line = bubble.answered.flatMap({ Line($0) }),
            line.conversation.door == cast.door(of: bubble),
            apologies[line.conversation, default: 0] < givenUp[line.conversation, default: 0]
        else { return false }
        apologies[line.conversation, default: 0] += 1
        return true
    }

    /// Takes note of what a person is told of a file. True if the bubble says nothing else.
    mutating func tellsOfLoss(_ bubble: Bubble, _ cast: Cast) -> Bool {
        guard let rest = LossNotice.rest(of: bubble.text) else { return false }
        guard let line = bubble.answered.flatMap({ Line($0) }), line.conversation.door == cast.door(of: bubble),
            line.enclosures.contains(where: \.isGone)
        else { return false }
        told.insert(line)
        return rest.isEmpty
    }

    /// The card by which a bot by long connection offers a fresh start below an apology: a message of its own, once for each.
    mutating func isOffer(_ bubble: Bubble, _ cast: Cast) -> Bool {
        guard bubble.texts.isEmpty, bubble.card?["main_title"]?["title"] == "也可以重新开始",
            cast.door(of: bubble) == .connected
        else { return false }
        offers += 1
        return offers <= givenUp.reduce(0) { $1.key.door == .connected ? $0 + $1.value : $0 }
    }

    /// No server was there to take the message.
    func wasGivenUpByWeCom(_ bubble: Bubble) -> Bool {
        bubble.texts.isEmpty && (bubble.fault == "no answer" || bubble.fault == "HTTP 503")
    }

    mutating func wasGivenUp(_ line: Line) -> Bool {
        guard apologies[line.conversation, default: 0] > 0 else { return false }
        apologies[line.conversation, default: 0] -= 1
        return true
    }
}
