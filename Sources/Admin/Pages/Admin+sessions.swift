import HTML
import HTTP
import JSON
import Pages
import Text

extension Admin {
    /// The sessions that agents keep of conversations, with reset.
    func sessions(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let page = try await interface.get(
            "/v1/sessions",
            ["app": visit.field("app"), "user": visit.field("user"), "before": visit.field("before")])
        let rows = page.list(of: "sessions")
        return await frame(words("会话", "Sessions"), visit) {
            if rows.isEmpty {
                empty(words("没有会话：还没有智能体记住什么。", "No session: no agent remembers anything yet."))
            } else {
                table(
                    words("会话", "Sessions"),
                    [
                        Head(words("用户 → 应用", "User → app")), Head(words("智能体", "Agent")),
                        Head(words("第几代", "Epoch"), "r hide-s"), Head(words("轮次", "Turns"), "r"),
                        Head(words("上次使用", "Used")), Head(words("字节", "Bytes"), "r hide-s"), .acts(words),
                    ]
                ) { for row in rows { self.row(row, visit) } }
            }
            more(page, visit, isShort: rows.count < 50)
        }
    }

    private func row(_ row: JSONValue, _ visit: Visit) -> HTML {
        let words = visit.words
        let other = Correspondent(of: row)
        return tag(.tr) {
            tag(.th, .plain(.scope, "row")) {
                other.line(words)
                if let member = row["member"]?.string {
                    tag(.small) {
                        words("成员自己的：", "a member's own: ")
                        tag(.bdi) { member }
                    }
                }
            }
            tag(.td) {
                tag(.bdi) { row.text(of: "agent") }
                if !row.isTrue("is_current") { tone(words("已结束", "over"), "idle") }
            }
            tag(.td, .class("r", "n", "hide-s")) { "\(row.count(of: "epoch"))" }
            tag(.td, .class("r", "n")) { "\(row.count(of: "turns"))" }
            tag(.td, .class("n")) {
                tag(.a, .href("/admin/jobs/\(row.text(of: "last_job"))")) { shown(row.moment(of: "used_at")) }
            }
            tag(.td, .class("r", "n", "hide-s")) { "\(row.count(of: "bytes"))" }
            tag(.td) {
                if row.isTrue("is_current"), row["member"]?.string == nil {
                    visit.asking(
                        words(
                            "重置 \(other.id) 的会话？智能体会忘掉到此为止的对话。",
                            "Reset the session of \(other.id)? The agent forgets what was said."),
                        words("重置", "Reset"), icon: .again, to: "/admin/sessions/reset",
                        fields: ["app": other.appKey, "peer": other.id, "kind": other.isGroup ? "chat" : "user"])
                }
            }
        }
    }
}
