import Pages
import System

/// A sentence or two about what became of a message, by rules, the most telling first.
struct Verdict: Sendable, Equatable {
    /// The weight of a piece: amber marks what was slow, red what is wrong.
    enum Weight: Sendable { case plain, strong, slow, wrong }

    struct Piece: Sendable, Equatable {
        let weight: Weight
        let text: String
        /// Words of the store or of WeCom, which are in English.
        var isQuoted = false
    }

    private(set) var pieces: [Piece] = []

    var text: String { pieces.map(\.text).joined() }

    /// The times from which on something was slow.
    private static let longWait = Duration.seconds(5)
    private static let longTurn = Duration.seconds(60)
    private static let longDelivery = Duration.seconds(10)

    init(on story: Story, in words: Language, at now: Timestamp) {
        switch story.state {
        case _ where story.isRefused: refused(story, words)
        case "ready": ready(story, words, now)
        case "running": running(story, words, now)
        case "waiting": waiting(story, words, now)
        case "failed": failed(story, words)
        case "cancelled": cancelled(story, words)
        default: done(story, words)
        }
        if story.endedAt != nil, !story.isRefused { delivered(story, words, now) }
        if story.endedAt != nil, story.state == "done" { slow(story, words) }  // short: a word of ours
    }

    private mutating func say(_ text: String, _ weight: Weight = .plain) {
        if !text.isEmpty { pieces.append(Piece(weight: weight, text: text)) }
    }

    private mutating func quote(_ text: String?, _ words: Language, _ weight: Weight = .plain) {
        guard let text, !text.isEmpty else { return }
        say(words("：", ": "), weight)
        pieces.append(Piece(weight: weight, text: text, isQuoted: true))
    }

    // MARK: The states

    private mutating func refused(_ story: Story, _ words: Language) {
        say(words("没有受理", "Refused"), .wrong)
        quote(story.reason, words)
        say(words("。说了什么没有保留。", ". Nothing of what it said is kept."))
    }

    private mutating func ready(_ story: Story, _ words: Language, _ now: Timestamp) {
        let since = words.span(now.since(story.attempts.last?.to ?? story.acceptedAt))
        say(
            story.attempts.isEmpty
                ? words("还没有开始：已等待 \(since)", "Not begun: it has waited \(since)")
                : words("中断过，重新等待了 \(since)", "Interrupted, and waiting again for \(since)"),
            now.since(story.acceptedAt) > Self.longWait ? .slow : .strong)
        say(words("。前面的任务结束、有空闲执行位时开始。", ". It begins once the jobs before it have ended and a worker is free."))
    }

    private mutating func running(_ story: Story, _ words: Language, _ now: Timestamp) {
        let since = now.since(story.attempts.last?.from ?? story.acceptedAt)
        say(
            words("已运行 \(words.span(since))", "Running for \(words.span(since))"),
            since > Self.longTurn ? .slow : .strong)
        if story.attempts.count > 1 { say(words("，第 \(story.attempts.count) 次", ", run \(story.attempts.count)")) }
        say(words("。", "."))
        if let cancellation = story.cancellation {
            say(words("已要求停止", " Told to stop"), .slow)
            quote(cancellation, words)
            say(words("。", "."))
        }
        if let open = story.askings.last(where: { $0.to == nil }) {
            let waited = words.span(now.since(open.from))
            say(words("它在等人回答，已等 \(waited)。", " It waits for somebody's answer, for \(waited) now."), .slow)
        }
    }

    private mutating func waiting(_ story: Story, _ words: Language, _ now: Timestamp) {
        say(
            words("第 \(story.attempts.count) 次尝试失败", "Attempt \(story.attempts.count) failed"), .slow)
        quote(story.reason, words)
        if let due = story.dueAt, due > now {
            let pause = words.span(due.since(now))
            say(words("。\(pause) 后再试。", ". The next is due in \(pause)."))
        } else {
            say(words("。马上再试。", ". The next is due."))
        }
    }

    private mutating func failed(_ story: Story, _ words: Language) {
        let count = story.attempts.count
        say(
            words("失败，尝试了 \(count) 次", count == 1 ? "Failed at the first attempt" : "Failed after \(count) attempts"),
            .wrong)
        quote(story.reason, words)
        say(words("。", ". "))
        say(remedy(story.reason, words))
    }

    private mutating func cancelled(_ story: Story, _ words: Language) {
        say(words("已取消", "Cancelled"), .strong)
        quote(story.reason, words)
        say(words("。", "."))
    }

    private mutating func done(_ story: Story, _ words: Language) {
        let took = story.endedAt.map { words.span($0.since(story.acceptedAt)) } ?? ""
        say(words("\(took) 后答复", "Answered after \(took)"), .strong)
    }

    private func remedy(_ reason: String?, _ words: Language) -> String {
        switch reason {
        case "app_gone": words("应用已不在配置里：加回来再重试。", "Its app has left the configuration: put it back and retry.")
        case "agent_gone": words("智能体已不在配置里：加回来再重试。", "Its agent has left the configuration: put it back and retry.")
        case "poison":
            words("运行它时进程崩溃了三次：先查日志。", "The process ended three times while it ran: look into the log first.")
        default: words("原因消除后可以重试。", "It can be retried once that is mended.")
        }
    }

    // MARK: The answer's way out

    private mutating func delivered(_ story: Story, _ words: Language, _ now: Timestamp) {
        let isDone = story.state == "done"  // short: a word of ours
        let standing = story.standing
        let failed = standing.filter { $0.state == "failed" }  // short: a word of ours
        let open = standing.filter { ["pending", "sending"].contains($0.state) }
        if let first = failed.first {
            say(
                words(
                    "\(isDone ? "，" : "")\(failed.count)/\(standing.count) 段没有送达",
                    "\(isDone ? ", but " : " ")\(failed.count) of \(standing.count) parts did not arrive"), .wrong)
            quote(first.reason, words)
            say(words("。原因消除后重放。", ". Replay them once that is mended."))
        } else if let first = open.first {
            say(
                words(
                    "\(isDone ? "，" : "")\(open.count)/\(standing.count) 段还没送出",
                    "\(isDone ? ", but " : " ")\(open.count) of \(standing.count) parts have not gone"), .slow)
            quote(first.reason, words)
            if let due = first.dueAt, due > now {
                let pause = words.span(due.since(now))
                say(words("，\(pause) 后再试", ", next try in \(pause)"))
            }
            say(words("。", "."))
        } else if let delivered = story.deliveredAt, isDone {
            let took = words.span(delivered.since(story.acceptedAt))
            say(words("，\(took) 后全部送达。", ", all delivered after \(took)."), .strong)
        } else if isDone {
            say(standing.isEmpty ? words("，没有要发送的。", "; there was nothing to send.") : words("。", "."))
        }
    }

    // MARK: What was slow

    private mutating func slow(_ story: Story, _ words: Language) {
        var found: [String] = []
        if let claimed = story.firstClaimedAt, claimed.since(story.acceptedAt) > Self.longWait {
            let span = words.span(claimed.since(story.acceptedAt))
            found.append(words("等执行位 \(span)", "\(span) until a worker had it"))
        }
        let worked = story.attempts.compactMap { attempt in attempt.to.map { $0.since(attempt.from) } }
        let longest = worked.max() ?? .zero
        if longest > Self.longTurn {
            found.append(words("智能体工作了 \(words.span(longest))", "the agent worked for \(words.span(longest))"))
        }
        let asked = story.askings.compactMap { asking in asking.to.map { $0.since(asking.from) } }.reduce(.zero, +)
        if asked > Self.longWait {
            found.append(words("等人回答 \(words.span(asked))", "\(words.span(asked)) for somebody's answer"))
        }
        if story.attempts.count > 1 {
            let why = story.attempts.dropLast().last?.why.map { words("（\($0)）", " (\($0))") } ?? ""
            found.append(words("尝试了 \(story.attempts.count) 次\(why)", "\(story.attempts.count) attempts\(why)"))
        }
        if let ended = story.endedAt, let delivered = story.deliveredAt, delivered.since(ended) > Self.longDelivery {
            let span = words.span(delivered.since(ended))
            found.append(words("投递用了 \(span)", "\(span) to deliver it"))
        }
        guard !found.isEmpty else { return }
        say(words("慢在：", " Slow: "))
        say(found.joined(separator: words("、", "; ")), .slow)
        say(words("。", "."))
    }
}
