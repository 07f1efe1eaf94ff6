import HTML
import HTTP
import JSON
import Pages
import Text

extension Admin {
    /// A message's page: what became of it in a sentence, then drawn, then the evidence.
    func job(_ id: String, _ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let job = try await interface.get("/v1/jobs/\(id)")
        guard let story = Story(job) else {
            throw Interface.Complaint(status: .notFound, text: "there is no job \(id)")
        }
        let view = JobView(job: job, story: story, visit: visit)
        return await frame(
            job.text(of: "id"), visit, heading: view.heading, tools: view.tools
        ) { view.html }
    }
}

/// A job with its story, as somebody sees it.
struct JobView {
    let job: JSONValue
    let story: Story
    let visit: Visit

    private var words: Language { visit.words }
    private var id: String { job.text(of: "id") }

    var heading: HTML {
        let parts = job["parts"] ?? .null
        return Correspondent(of: job).line(words) + HTML(" ")
            + stateTag(story.isRefused ? "refused" : story.state, words)
            + (parts.count(of: "all") == 0
                ? .empty
                : HTML(" ")
                    + tone(
                        words(
                            "\(parts.count(of: "sent")) / \(parts.count(of: "all")) 段已送出",
                            "\(parts.count(of: "sent")) of \(parts.count(of: "all")) parts sent"),
                        parts.count(of: "failed") > 0 ? "bad" : "idle"))
    }

    /// The acts that its state allows; the other is disabled, with the reason.
    var tools: HTML {
        tag(.a, .class("b"), .href(Correspondent(of: job).conversation)) {
            Icon.chat.drawn(.small)
            tag(.span) { words("对话", "Conversation") }
        } + act
    }

    private var act: HTML {
        if story.isRefused { return disabled(words("被拒的消息没有保留，不能重试", "refused, and nothing of it is kept")) }
        switch story.state {
        case "ready", "running", "waiting":
            return visit.asking(
                words("停止？会告诉 \(Correspondent(of: job).id)。", "Stop it? \(Correspondent(of: job).id) is told."),
                words("停止", "Stop"), icon: .stop, to: "/admin/jobs/\(id)/stop")
        case "failed", "cancelled":
            if let retry = job["retried_as"]?.string {
                return tag(.a, .class("b"), .href("/admin/jobs/\(retry)")) {
                    Icon.again.drawn(.small)
                    tag(.span) { words("重试的结果", "Its retry") }
                }
            }
            return visit.asking(
                words("重试？它的消息会再处理一次。", "Retry it? Its messages are answered anew."), words("重试", "Retry"),
                icon: .again, to: "/admin/jobs/\(id)/retry")
        default: return disabled(words("已完成的任务不能重试", "done: there is nothing to retry"))
        }
    }

    private func disabled(_ reason: String) -> HTML {
        tag(.button, .class("b"), .type("button"), .disabled, .title(reason)) {
            Icon.again.drawn(.small)
            tag(.span) { words("重试", "Retry") }
        }
    }

    var html: HTML {
        tag(.section, .class("pan"), .aria("label", words("经过", "What happened"))) {
            verdict
            if !story.isRefused { Journey(story: story, words: words, now: visit.now).html }
            TimeChart(story: story, words: words, now: visit.now).html
        }
            + tag(.div, .class("cols")) {
                TimeLine(story: story, visit: visit).html
                tag(.div, .class("facts")) { JobFacts(job: job, visit: visit).html }
            }
    }

    private var verdict: HTML {
        tag(.p, .class("verdict")) {
            story.acceptedAt.shown(.clock)
            words(" 收到，", " received: ")
            for piece in Verdict(on: story, in: words, at: visit.now).pieces {
                let text = piece.isQuoted ? tag(.bdi, .class("q")) { piece.text } : HTML(piece.text)
                switch piece.weight {
                case .plain: text
                case .strong: tag(.b) { text }
                case .slow: tag(.span, .class("warnc")) { text }
                case .wrong: tag(.b, .class("badc")) { text }
                }
            }
        }
    }
}

/// The facts of a job: its words, its owner, its numbers.
struct JobFacts {
    let job: JSONValue
    let visit: Visit

    private var words: Language { visit.words }

    @HTMLBuilder var html: HTML {
        messages
        fact(words("归属", "Belongs to")) {
            let other = Correspondent(of: job)
            entry(other.isGroup ? words("群", "Group") : words("用户", "User"), tag(.bdi) { other.id })
            entry(words("应用", "App"), tag(.bdi) { other.app })
            entry(words("标识", "Key"), tag(.bdi, .class("m")) { other.appKey })
        }
        fact(words("标识", "Identifiers")) {
            entry(words("任务", "Job"), mono(job.text(of: "id")))
            for message in job.list(of: "messages") {
                if let id = message["msgid"]?.string { entry("MsgId", mono(id)) }
            }
            link(words("重试自", "Retry of"), job["retry_of"]?.string)
            link(words("重试为", "Retried as"), job["retried_as"]?.string)
        }
        feedback
    }

    @HTMLBuilder private var messages: HTML {
        let all = job.list(of: "messages")
        if !all.isEmpty {
            tag(.section, .class("pan", "fa")) {
                tag(.h2) { words("消息", "Message") }
                if !visit.showsTexts {
                    visit.hiddenTexts
                } else {
                    for message in all {
                        visit.quoted(message.text(of: "text"))
                        tag(.small) {
                            words("发出 ", "written ")
                            shown(message.moment(of: "sent_at"), .clock)
                        }
                    }
                }
            }
        }
    }

    @HTMLBuilder private var feedback: HTML {
        let all = job.list(of: "feedback")
        if !all.isEmpty {
            fact(words("反馈", "Feedback")) {
                for one in all {
                    entry(
                        one["user"]?.string ?? "–",
                        HTML(one.text(of: "verdict"))
                            + (one["comment"]?.string.map { HTML(" ") + visit.excerpt($0, characters: 200) } ?? .empty))
                }
            }
        }
    }

    private func fact(_ title: String, @HTMLBuilder entries: () -> HTML) -> HTML {
        let entries = entries()
        return tag(.section, .class("pan", "fa")) {
            tag(.h2) { title }
            tag(.dl) { entries }
        }
    }

    private func entry(_ name: String, _ value: HTML) -> HTML { tag(.dt) { name } + tag(.dd) { value } }
    private func mono(_ text: String) -> HTML { tag(.span, .class("m")) { text } }

    private func link(_ name: String, _ job: String?) -> HTML {
        guard let job else { return .empty }
        return entry(name, tag(.a, .class("m"), .href("/admin/jobs/\(job)")) { job })
    }
}
