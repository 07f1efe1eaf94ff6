import HTML
import HTTP
import JSON
import Pages
import System

extension Admin {
    /// Says whether it holds: what stands against it, how each app and bot does, what failed last.
    func overview(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let ready = try await interface.get("/ready")
        let apps = try await interface.get("/v1/apps", ["limit": "200"])
        let bots = try await interface.get("/v1/bots", ["limit": "200"])
        let hour = try await interface.get("/v1/stats", ["by": "app", "since": "1h"])
        let failed = try await interface.get("/v1/jobs", ["state": "failed", "limit": "5", "since": "7d"])
        let isReady = ready.text(of: "status") == "ready"  // short: a word of ours
        let state = tone(
            isReady ? words("就绪", "ready") : words("未就绪", "not ready"), isReady ? "ok" : "bad", isReady ? .ok : .x)
        return await frame(words("总览", "Overview"), visit, heading: HTML(words("总览", "Overview")) + HTML(" ") + state) {
            complaints(ready.list(of: "reasons"), words("没有就绪", "Not ready"), "bad")
            complaints(ready.list(of: "degraded"), words("其余正常，但是", "The rest works, but"), "warn")
            AppTable(apps: apps, hour: hour, visit: visit).html
            if !bots.list(of: "bots").isEmpty {
                tag(.h2) { tag(.a, .href("/admin/bots")) { words("智能机器人", "AI bots") } }
                BotTable(bots: bots.list(of: "bots"), visit: visit, isShort: true).html
            }
            tag(.h2) { words("最近的失败", "Last failures") }
            if failed.list(of: "jobs").isEmpty {
                empty(words("七天内没有失败的任务。很好。", "No job has failed in seven days. Good."))
            } else {
                JobTable(jobs: failed.list(of: "jobs"), visit: visit).html
            }
        }
    }

    private func complaints(_ reasons: [JSONValue], _ title: String, _ style: String) -> HTML {
        let reasons = reasons.compactMap(\.string)
        guard !reasons.isEmpty else { return .empty }
        return tag(.div, .class("band", style), .role("alert")) {
            tag(.p) { tag(.b) { title } }
            tag(.ul, .lang("en")) {
                for reason in reasons { tag(.li) { reason } }
            }
        }
    }
}

/// The apps with what became of the last hour's messages, those in trouble first.
struct AppTable {
    let apps: JSONValue
    let hour: JSONValue
    let visit: Visit

    static let most = 50

    var html: HTML {
        let words = visit.words
        let all = apps.list(of: "apps")
        guard !all.isEmpty else { return .empty }
        let rows = all.enumerated().sorted { (trouble($0.element), $0.offset) < (trouble($1.element), $1.offset) }
        let counts = Dictionary(
            hour.list(of: "stats").map { ($0.text(of: "app_key"), $0) }, uniquingKeysWith: { first, _ in first })
        return tag(.section) {
            tag(.h2) { words("应用，最近一小时", "Apps, in the last hour") }
            table(
                words("应用", "Apps"),
                [
                    Head(words("应用", "App")), Head(words("凭证", "Credentials")), Head(words("任务", "Jobs"), "r"),
                    Head(words("未结束", "Open"), "r"), Head(words("失败", "Failed"), "r"),
                    Head(words("平均答复", "Mean answer"), "r hide-s"), Head(words("token 到", "Token until"), "hide-s"),
                ]
            ) {
                for (_, app) in rows.prefix(AppTable.most) { row(app, counts[app.text(of: "app_key")] ?? .null) }
            }
            if all.count > AppTable.most || apps["next"]?.string != nil {
                tag(.p, .class("note")) {
                    words("只显示其中最有问题的 50 个；按名称搜索其余的。", "50 of them, those in trouble first; search for others by name.")
                }
            }
            if let next = hour["next"]?.string, !next.isEmpty {
                tag(.p, .class("note")) {
                    words("只统计了最新的 20,000 条消息。", "Counted among the newest 20,000 messages.")
                }
            }
        }
    }

    private func trouble(_ app: JSONValue) -> Int {
        ["refused", "unreachable", "unknown"].firstIndex(of: app["credentials"]?.text(of: "state") ?? "") ?? 3
    }

    private func row(_ app: JSONValue, _ counts: JSONValue) -> HTML {
        let words = visit.words
        let credentials = app["credentials"] ?? .null
        let done = counts.count(of: "done")
        let mean = done > 0 ? words.span(.milliseconds(counts.count(of: "answer_milliseconds") / done)) : "–"
        let failed = counts.count(of: "failed")
        return tag(.tr) {
            tag(.th, .plain(.scope, "row")) {
                tag(.a, .href("/admin/jobs" + query([("app", app.text(of: "app_key"))]))) {
                    tag(.bdi) { app.text(of: "app") }
                }
            }
            tag(.td, .class("wr")) {
                credentialsTag(credentials.text(of: "state"))
                if let advice = credentials["advice"]?.string {
                    tag(.small, .lang("en")) { advice }
                } else if let reason = credentials["reason"]?.string {
                    tag(.small, .lang("en")) { reason }
                }
            }
            tag(.td, .class("r", "n")) { "\(counts.count(of: "jobs"))" }
            tag(.td, .class("r", "n")) { "\(counts.count(of: "open"))" }
            tag(.td, .class("r", "n")) {
                if failed > 0 { tone("\(failed)", "bad") } else { "0" }
            }
            tag(.td, .class("r", "n", "hide-s")) { mean }
            tag(.td, .class("hide-s")) { shown(credentials.moment(of: "token_until"), .clock) }
        }
    }

    private func credentialsTag(_ state: String) -> HTML {
        let words = visit.words
        return switch state {
        case "good": tone(words("有效", "good"), "ok", .ok)
        case "refused": tone(words("被拒", "refused"), "bad", .x)
        case "unreachable": tone(words("连不上", "unreachable"), "warn", .warn)
        default: tone(words("还没问过", "not asked yet"), "idle")
        }
    }
}
