import HTML
import Pages
import System
import Text

/// The evidence: everything that happened to a message, by leg, and within a leg by time.
struct TimeLine {
    let story: Story
    let visit: Visit

    private var words: Language { visit.words }

    /// The legs, as the pages draw them everywhere.
    private enum Leg: String { case incoming = "cin", work = "cwork", outgoing = "cout" }

    private struct Line {
        let at: Timestamp
        let icon: Icon
        var style = ""
        let body: HTML
    }

    var html: HTML {
        tag(.section, .class("pan"), .aria("label", words("时间线", "Time line"))) {
            tag(.ol, .class("tl")) {
                leg(.incoming, words("收", "In"), words("受理与合并", "accepted, and what joined it"), incoming)
                leg(.work, words("做", "Work"), words("领取、尝试、提问、结算", "claims, attempts, questions, the outcome"), work)
                leg(.outgoing, words("发", "Out"), words("按序，各段一条", "in order, a line a part"), outgoing)
            }
        }
    }

    @HTMLBuilder private func leg(_ leg: Leg, _ name: String, _ note: String, _ lines: [Line]) -> HTML {
        if !lines.isEmpty {
            tag(.li, .class("g", leg.rawValue)) {
                tag(.span) { name }
                tag(.small) { note }
            }
            for (index, line) in lines.enumerated() {
                row(line, leg, since: index == 0 ? nil : lines[index - 1].at)
            }
        }
    }

    private func row(_ line: Line, _ leg: Leg, since last: Timestamp?) -> HTML {
        tag(.li, .class("ev", leg.rawValue, line.style)) {
            line.at.shown(.clock)
            tag(.span, .class("dl")) { last.map { "+\(words.span(line.at.since($0)))" } ?? "" }
            tag(.span, .class("ico")) { line.icon.drawn() }
            tag(.div, .class("bd")) { line.body }
        }
    }

    // MARK: Legs

    private var incoming: [Line] {
        let first = Line(
            at: story.acceptedAt, icon: story.isRefused ? .shut : .ok, style: story.isRefused ? "warn" : "",
            body: tag(.p) {
                tag(.b) { story.isRefused ? words("没有受理", "Refused") : words("已受理", "Accepted") }
                if let reason = story.reason, story.isRefused { quoted(reason) }
                tag(.span, .class("t", "ok")) { words("已落盘", "on disk") }
            })
        return [first] + lines { incomingWords.contains($0.what) }
    }

    private var work: [Line] {
        // Told by the first line, and by the deliveries.
        let outside = ["accepted", "sent", "delivery failed"]
        let others = incomingWords + outgoingWords + outside
        return lines { !others.contains($0.what) }
    }

    private var incomingWords: [String] { ["message added", "messages taken over", "messages taken out", "made"] }
    private var outgoingWords: [String] { ["kept for the next answer", "given", "sent anew", "delivery replayed"] }

    private var outgoing: [Line] {
        let answers = story.deliveries.enumerated().map { number, delivery in
            line(of: delivery, number: number + 1)
        }
        return (answers + lines { outgoingWords.contains($0.what) }).sorted { $0.at < $1.at }
    }

    private func lines(where isWanted: (Story.Event) -> Bool) -> [Line] {
        story.events.filter(isWanted).map { event in
            let kind = Kind(event.what, words)
            return Line(
                at: event.at, icon: kind.icon, style: kind.style,
                body: tag(.p) {
                    tag(.b) { kind.name }
                    if let why = event.why, !kind.isOfPeople || visit.showsTexts { quoted(why) }
                    if event.who != nil { tag(.span, .class("t")) { words("操作员", "operator") } }
                })
        }
    }

    private func quoted(_ text: String) -> HTML { HTML(words("：", ": ")) + tag(.bdi, .class("q")) { text } }

    // MARK: Deliveries

    private func line(of delivery: Story.Delivery, number: Int) -> Line {
        let isBad = delivery.state == "failed"  // short: a word of ours
        return Line(
            at: delivery.endedAt ?? delivery.triedAt ?? delivery.writtenAt, icon: .left,
            style: isBad ? "bad" : delivery.attempts > 1 ? "warn" : "",
            body: tag(.p) {
                tag(.b) { "\(number)/\(story.deliveries.count)" }
                stateTag(delivery.state, words)
                if delivery.attempts > 1 {
                    tone(words("试 \(delivery.attempts) 次", "\(delivery.attempts) tries"), "warn")
                }
                if delivery.replacedBy != nil { tone(words("已重放", "replayed"), "idle") }
                if delivery.replaces != nil { tone(words("重放的", "a replay"), "idle") }
            }
                + (delivery.reason.map { reason in tag(.small, .class("why")) { tag(.bdi) { reason } } } ?? .empty)
                + tag(.small, .class("m")) {
                    delivery.id
                    if let id = delivery.wecomID { " · msgid \(id)" }
                }
                + text(of: delivery)
                + replay(delivery))
    }

    private func text(of delivery: Story.Delivery) -> HTML {
        guard !delivery.text.isEmpty, visit.showsTexts else { return .empty }
        return tag(.details, .class("x"), .id("text-\(delivery.id)")) {
            tag(.summary) { words("内容", "What it says") }
            tag(.div, .class("box")) { tag(.pre) { tag(.bdi) { delivery.text } } }
        }
    }

    private func replay(_ delivery: Story.Delivery) -> HTML {
        guard delivery.state == "failed", delivery.replacedBy == nil else { return .empty }  // short: a word of ours
        return visit.form(
            to: "/admin/deliveries/\(delivery.id)/replay", words("重放这一段及其后各段", "Replay it and those behind it"),
            icon: .again)
    }
}

/// An event of a job's time line in words.
private struct Kind {
    let name: String
    let icon: Icon
    var style = ""
    /// Somebody's own words stand beside it.
    var isOfPeople = false

    init(_ what: String, _ words: Language) {
        switch what {
        case "running": (name, icon) = (words("开始运行", "Running"), .play)
        case "ready": (name, icon) = (words("重新等待", "Ready again"), .mem)
        case "waiting": (name, icon, style) = (words("失败，会再试", "Failed, and tried again"), .again, "warn")
        case "done": (name, icon) = (words("已答复并结算", "Answered and settled"), .ok)
        case "failed": (name, icon, style) = (words("失败", "Failed"), .x, "bad")
        case "cancelled": (name, icon) = (words("已取消", "Cancelled"), .stop)
        case "asked": (name, icon, style, isOfPeople) = (words("提问", "Asked"), .help, "warn", true)
        case "question answered": (name, icon, isOfPeople) = (words("已回答", "Answered by"), .ok, true)
        case "question expired": (name, icon, style) = (words("提问超时", "The question expired"), .mem, "warn")
        case "question withdrawn": (name, icon) = (words("提问已撤回", "The question was withdrawn"), .x)
        case "question lapsed": (name, icon) = (words("提问已失效", "The question lapsed"), .x)
        case "stopping": (name, icon, style) = (words("停止中", "Stopping"), .stop, "warn")
        case "told to stop": (name, icon, style) = (words("要求停止", "Told to stop"), .stop, "warn")
        case "message added": (name, icon) = (words("合并了一条消息", "A message joined it"), .chat)
        case "messages taken over": (name, icon) = (words("接过了消息", "Messages taken over"), .chat)
        case "messages taken out": (name, icon) = (words("移出了消息", "Messages taken out"), .chat)
        case "retried": (name, icon) = (words("已重试", "Retried"), .again)
        case "made": (name, icon) = (words("由重试产生", "Made by a retry"), .again)
        case "kept for the next answer":
            (name, icon, style) = (words("留给下一次答复", "Kept for the next answer"), .mem, "warn")
        case "given": (name, icon) = (words("随后来的答复送出", "Given with a later answer"), .left)
        case "sent anew": (name, icon) = (words("重新发送", "Sent anew"), .again)
        case "delivery replayed": (name, icon) = (words("投递已重放", "Delivery replayed"), .again)
        default: (name, icon) = (what, .dots)
        }
    }
}
