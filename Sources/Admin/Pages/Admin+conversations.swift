import HTML
import HTTP
import JSON
import Pages
import System
import Text

extension Admin {
    /// One conversation as it was said, or those of the newest messages.
    func conversations(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        guard let app = visit.field("app"), let user = visit.field("user") else { return try await recent(visit) }
        let jobs = try await interface.get(
            "/v1/jobs", ["app": app, "user": user, "limit": "20", "before": visit.field("before")])
        let deliveries = try await interface.get(
            "/v1/deliveries", ["state": "all", "app": app, "user": user, "limit": "100"])
        let words = visit.words
        let answers = Dictionary(grouping: deliveries.list(of: "deliveries")) { $0.text(of: "job") }
        let rows = jobs.list(of: "jobs")
        let title = rows.first.map { Correspondent(of: $0).id } ?? user
        return await frame(
            title, visit, heading: rows.first.map { Correspondent(of: $0).line(words) },
            tools: tag(.a, .class("b"), .href("/admin/jobs" + query([("app", app), ("user", user), ("since", "all")])))
            {
                Icon.list.drawn(.small)
                tag(.span) { words("任务", "Jobs") }
            }
        ) {
            if rows.isEmpty {
                empty(words("没有找到消息。", "No message was found."))
            } else {
                tag(.ol, .class("talk", "pan")) {
                    for job in rows.reversed() { exchange(job, answers[job.text(of: "id")] ?? [], visit) }
                }
            }
            more(jobs, visit, isShort: rows.count < 20)
        }
    }

    @HTMLBuilder private func exchange(_ job: JSONValue, _ answers: [JSONValue], _ visit: Visit) -> HTML {
        let words = visit.words
        let state = job.isTrue("refused") ? "refused" : job.text(of: "state")
        tag(.li, .class("said")) {
            tag(.div, .class("bub")) { visit.excerpt(job.text(of: "text"), characters: 2000) }
            tag(.p) {
                tag(.a, .href("/admin/jobs/\(job.text(of: "id"))")) { shown(job.moment(of: "accepted_at")) }
                HTML(" ")
                stateTag(state, words)
            }
        }
        for answer in answers.reversed() where answer["retried_as"]?.string == nil {
            tag(.li) {
                tag(.div, .class("bub")) { visit.excerpt(answer.text(of: "text"), characters: 2000) }
                tag(.p) {
                    shown(answer.moment(of: "ended_at") ?? answer.moment(of: "accepted_at"))
                    HTML(" ")
                    stateTag(answer.text(of: "state"), words)
                    if let reason = answer["reason"]?.string { tag(.small, .class("why")) { tag(.bdi) { reason } } }
                }
            }
        }
    }

    /// The conversations of the newest messages, each once, the newest first.
    private func recent(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let page = try await interface.get("/v1/jobs", ["limit": "200", "before": visit.field("before")])
        var seen: [String: Int] = [:]
        var newest: [(job: JSONValue, count: Int)] = []
        for job in page.list(of: "jobs") {
            let key = "\(job.text(of: "app_key")) \(job.text(of: "user"))"
            if let place = seen[key] {
                newest[place].count += 1
            } else {
                seen[key] = newest.count
                newest.append((job, 1))
            }
        }
        return await frame(words("对话", "Conversations"), visit) {
            if newest.isEmpty {
                empty(words("还没有人写过消息。", "Nobody has written anything yet."))
            } else {
                table(
                    words("对话", "Conversations"),
                    [
                        Head(words("用户 → 应用", "User → app")), Head(words("最近一条", "Last message")),
                        Head(words("状态", "State")), Head(words("时间", "When")), Head(words("条数", "Messages"), "r"),
                    ]
                ) { for entry in newest { row(entry.job, entry.count, visit) } }
                tag(.p, .class("note")) {
                    words("来自最新的 200 条消息。", "Of the newest 200 messages.")
                }
            }
            more(page, visit, isShort: false)
        }
    }

    private func row(_ job: JSONValue, _ count: Int, _ visit: Visit) -> HTML {
        tag(.tr) {
            tag(.th, .plain(.scope, "row")) { Correspondent(of: job).line(visit.words) }
            tag(.td, .class("wr", "text")) { visit.excerpt(job.text(of: "text")) }
            tag(.td) { stateTag(job.isTrue("refused") ? "refused" : job.text(of: "state"), visit.words) }
            tag(.td, .class("n")) {
                tag(.a, .href("/admin/jobs/\(job.text(of: "id"))")) { shown(job.moment(of: "accepted_at")) }
            }
            tag(.td, .class("r", "n")) { "\(count)" }
        }
    }
}
