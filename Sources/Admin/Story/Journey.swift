import HTML
import Pages
import System

/// The stations of a message: accepted, claimed, answered, settled, delivered. A square is on disk, a ring is not.
struct Journey {
    let story: Story
    let words: Language
    let now: Timestamp

    private static let longWait = Duration.seconds(5)
    private static let longTurn = Duration.seconds(60)
    private static let longDelivery = Duration.seconds(10)

    var html: HTML {
        tag(.ol, .class("journey")) {
            station(
                "cin st", words("受理", "Accepted"), story.acceptedAt.shown(.clock),
                words("已落盘，随后答 200", "on disk, then 200"))
            claim
            turn
            settlement
            delivery
        }
    }

    @HTMLBuilder private var claim: HTML {
        if let claimed = story.firstClaimedAt {
            let wait = claimed.since(story.acceptedAt)
            station(
                "cwait", words("领取", "Claimed"), HTML("+\(words.span(wait))"), words("执行位有空", "a worker was free"),
                isSlow: wait > Self.longWait)
        } else if story.endedAt == nil {
            let wait = now.since(story.acceptedAt)
            station("cwait", words("等待", "Waiting"), HTML(words.span(wait)), "", isSlow: wait > Self.longWait)
        }
    }

    @HTMLBuilder private var turn: HTML {
        if !story.attempts.isEmpty {
            let worked = story.attempts.reduce(Duration.zero) { $0 + ($1.to ?? now).since($1.from) }
            let questions = story.askings.count
            station(
                "cwork", words("轮次", "Turn"), HTML(words.span(worked)),
                words(
                    "\(story.attempts.count) 次尝试",
                    story.attempts.count == 1 ? "1 attempt" : "\(story.attempts.count) attempts")
                    + (questions == 0 ? "" : words(" · \(questions) 次提问", " · \(questions) asked")),
                isSlow: worked > Self.longTurn)
        }
    }

    @HTMLBuilder private var settlement: HTML {
        if let ended = story.endedAt, !story.isRefused {
            station(
                "cout st", words("结算", "Settled"), ended.shown(.clock), words("结果与各段同时落盘", "outcome and parts on disk"))
        }
    }

    @HTMLBuilder private var delivery: HTML {
        let standing = story.standing
        if let ended = story.endedAt, !standing.isEmpty {
            let tries = standing.reduce(0) { $0 + $1.attempts }
            let took = (story.deliveredAt ?? standing.compactMap(\.endedAt).max() ?? now).since(ended)
            station(
                "cout", story.deliveredAt == nil ? words("投递（未完）", "Delivery, not done") : words("投递", "Delivered"),
                HTML(words.span(took)),
                words(
                    "\(standing.count) 段，共试 \(tries) 次",
                    "\(standing.count) \(standing.count == 1 ? "part" : "parts"), \(tries) \(tries == 1 ? "try" : "tries")"
                ),
                isSlow: took > Self.longDelivery)
        }
    }

    private func station(_ style: String, _ name: String, _ time: HTML, _ note: String, isSlow: Bool = false) -> HTML {
        tag(.li, .class(style)) {
            tag(.b) { name }
            tag(.span, .class("n", isSlow ? "slow" : "")) { time }
            tag(.small) { note }
        }
    }
}
