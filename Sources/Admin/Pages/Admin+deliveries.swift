import HTML
import HTTP
import JSON
import Pages
import Text

extension Admin {
    private static let states = ["dead", "pending", "sending", "sent", "failed", "dropped", "all"]

    /// The dead letters, with replay; or deliveries in another state.
    func deliveries(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let asked = visit.field("state")
        let state = Self.states.first { name in asked.map { name.isSame(as: $0) } ?? false } ?? "dead"
        let page = try await interface.get(
            "/v1/deliveries",
            [
                "state": state, "app": visit.field("app"), "user": visit.field("user"), "before": visit.field("before"),
            ])
        let rows = page.list(of: "deliveries")
        let title = state == "dead" ? words("死信", "Dead letters") : words("投递", "Deliveries")  // short: a word of ours
        let tools = state == "dead" ? replayAll(page, visit) : .empty  // short: a word of ours
        return await frame(title, visit, tools: tools) {
            tag(.nav, .class("tabs"), .aria("label", words("状态", "State"))) {
                for name in Self.states {
                    tag(
                        .a,
                        .href(
                            "/admin/deliveries"
                                + query([("state", name), ("app", visit.field("app")), ("user", visit.field("user"))])),
                        name == state ? .aria("current", "page") : nil  // short: a word of ours
                    ) { Self.word(name, words) }
                }
            }
            if rows.isEmpty {
                empty(state == "dead" ? words("没有。很好。", "Nothing. Good.") : words("没有。", "Nothing."))  // short
            } else {
                table(
                    title,
                    [
                        Head(words("时间", "When")), Head(words("用户 ← 应用", "User ← app")), Head(words("内容", "Text")),
                        Head(words("状态与原因", "State and reason")), Head(words("次", "Tries"), "r hide-s"), .acts(words),
                    ]
                ) { for row in rows { self.row(row, visit) } }
            }
            more(page, visit, isShort: rows.count < 50)
        }
    }

    /// The button for all that the filter lets through, up to so many, with their number.
    private func replayAll(_ page: JSONValue, _ visit: Visit) -> HTML {
        let words = visit.words
        let count = page.list(of: "deliveries").count
        guard count > 1 else { return .empty }
        let isMore = page["next"]?.string != nil
        let label =
            isMore
            ? words("重放最新的 \(Admin.mostReplays) 条", "Replay the newest \(Admin.mostReplays)")
            : words("重放这 \(count) 条", "Replay these \(count)")
        return visit.asking(
            words("\(label)？各自按原来的顺序再发。", "\(label)? They go in the order in which they were written."), label,
            icon: .again,
            to: "/admin/deliveries/replay",
            fields: ["app": visit.field("app") ?? "", "user": visit.field("user") ?? ""])
    }

    /// No more than so many are replayed at once.
    static let mostReplays = 200

    private func row(_ row: JSONValue, _ visit: Visit) -> HTML {
        let words = visit.words
        let id = row.text(of: "id")
        let isDead = row.text(of: "state") == "failed" && row["retried_as"]?.string == nil  // short: a word of ours
        return tag(.tr) {
            tag(.th, .plain(.scope, "row"), .class("n")) {
                if let job = row["job"]?.string {
                    tag(.a, .href("/admin/jobs/\(job)")) { shown(row.moment(of: "accepted_at")) }
                } else {
                    shown(row.moment(of: "accepted_at"))
                }
                tag(.small, .class("m", "hide-s")) { id }
            }
            tag(.td) { Correspondent(of: row).line(words) }
            tag(.td, .class("wr", "text")) { visit.excerpt(row.text(of: "text")) }
            tag(.td, .class("wr")) {
                stateTag(row.text(of: "state"), words)
                if let reason = row["reason"]?.string { tag(.small, .class("why")) { tag(.bdi) { reason } } }
            }
            tag(.td, .class("r", "n", "hide-s")) { "\(row.count(of: "attempts"))" }
            tag(.td) {
                if isDead {
                    visit.asking(
                        words("重放？同一答复中其后的各段一起再发。", "Replay it? The parts behind it go along."),
                        words("重放", "Replay"), icon: .again, to: "/admin/deliveries/\(id)/replay")
                } else if row["retried_as"]?.string != nil {
                    tone(words("已重放", "replayed"), "idle")
                }
            }
        }
    }

    private static func word(_ state: String, _ words: Language) -> String {
        switch state {
        case "dead": words("死信", "dead letters")
        case "pending": words("待发", "pending")
        case "sending": words("发送中", "sending")
        case "sent": words("已送出", "sent")
        case "failed": words("失败", "failed")
        case "dropped": words("已放弃", "dropped")
        default: words("全部", "all")
        }
    }
}
