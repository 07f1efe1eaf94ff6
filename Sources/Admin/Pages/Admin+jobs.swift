import HTML
import HTTP
import JSON
import Pages
import System
import Text

extension Admin {
    /// The jobs that the filters let through, 50 at a time.
    func jobs(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let filter = JobFilter(visit)
        let page: JSONValue
        do {
            page = try await interface.get(
                "/v1/jobs",
                [
                    "state": filter.state, "app": filter.app, "user": filter.user, "since": filter.span,
                    "msgid": filter.message, "before": visit.field("before"),
                ])
        } catch {
            guard error.status == .badRequest else { throw error }
            // What is wrong with a filter is said beside the filters.
            return await frame(words("任务", "Jobs"), visit, .badRequest) {
                filter.form(words)
                tag(.div, .class("band", "bad"), .role("alert")) { tag(.p, .lang("en")) { error.text } }
            }
        }
        let jobs = page.list(of: "jobs")
        return await frame(words("任务", "Jobs"), visit) {
            filter.form(words)
            filter.chips(words)
            if jobs.isEmpty {
                empty(words("没有这样的任务。", "No such job.")) {
                    if filter.isAny, page["next"]?.string == nil {
                        tag(.a, .class("b"), .href("/admin/jobs?since=all")) { words("去掉全部条件", "Drop all filters") }
                    }
                }
            } else {
                JobTable(jobs: jobs, visit: visit).html
            }
            more(page, visit, isShort: jobs.count < 50)
        }
    }

    /// The way to the next page of a list. One that looked as far as it may and found less says so.
    func more(_ page: JSONValue, _ visit: Visit, isShort: Bool) -> HTML {
        guard let next = page["next"]?.string, !next.isEmpty else { return .empty }
        let kept = visit.fields.names.filter { $0 != "before" }.map { ($0, visit.fields[$0]) }  // short: our names
        return tag(.p, .class("more")) {
            if isShort {
                visit.words("只看了最新的 20,000 条。", "Looked at the newest 20,000. ")
            }
            tag(
                .a, .class("b"), .plain(.rel, "next"),
                .href(String(visit.request.path) + query(kept + [("before", next)]))
            ) {
                isShort ? visit.words("继续往前找", "Look further back") : visit.words("更早的", "Older")
                Icon.right.drawn(.small)
            }
        }
    }
}

/// The filters of the list of jobs, as an address has them.
struct JobFilter {
    let state: String?
    let app: String?
    let user: String?
    let since: String?
    let message: String?

    private static let states = ["ready", "running", "waiting", "done", "failed", "cancelled"]
    /// The day before this moment is what is meant where nothing is said.
    private static let usual = "24h"
    private static let spans = ["1h", "24h", "7d", "30d"]

    init(_ visit: Visit) {
        state = visit.field("state")
        app = visit.field("app")
        user = visit.field("user")
        message = visit.field("msgid")
        since = visit.field("since")
    }

    /// The span for `/v1`; nil for all. A message that is named is looked for wherever it is.
    var span: String? {
        guard let since else { return message == nil ? JobFilter.usual : nil }
        return since.isSame(as: "all") ? nil : since
    }

    var isAny: Bool { state != nil || app != nil || user != nil || message != nil || span != nil }

    func form(_ words: Language) -> HTML {
        tag(.form, .class("filters"), .action("/admin/jobs")) {
            tag(.label) {
                tag(.span) { words("状态", "State") }
                tag(.select, .name("state")) {
                    option("", words("全部", "any"), state ?? "")
                    for name in JobFilter.states { option(name, JobFilter.word(name, words), state ?? "") }
                }
            }
            field("app", words("应用", "App"), app, words)
            field("user", words("用户", "User"), user, words)
            tag(.label) {
                tag(.span) { words("时间", "Since") }
                tag(.select, .name("since")) {
                    for name in JobFilter.spans { option(name, name, span ?? "all") }
                    option("all", words("不限", "any"), span ?? "all")
                }
            }
            tag(.button, .class("b"), .type("submit")) {
                Icon.find.drawn(.small)
                tag(.span) { words("筛选", "Filter") }
            }
        }
    }

    private func field(_ name: String, _ label: String, _ value: String?, _ words: Language) -> HTML {
        tag(.label) {
            tag(.span) { label }
            tag(.input, .name(name), .value(value ?? ""), .plain(.maxlength, "200"), .plain(.spellcheck, "false"))
        }
    }

    private func option(_ value: String, _ label: String, _ chosen: String) -> HTML {
        tag(.option, .value(value), value.isSame(as: chosen) ? .selected : nil) { label }
    }

    /// The filters that hold, each with a link that drops it.
    func chips(_ words: Language) -> HTML {
        let all: [(name: String, label: String, value: String?)] = [
            ("state", words("状态", "state"), state.map { JobFilter.word($0, words) }), ("app", words("应用", "app"), app),
            ("user", words("用户", "user"), user), ("msgid", "MsgId", message),
            ("since", words("最近", "last"), span),
        ]
        let held = all.filter { $0.value != nil }
        guard !held.isEmpty else { return .empty }
        return tag(.ul, .class("chips"), .aria("label", words("筛选条件", "Filters"))) {
            for chip in held {
                tag(.li) {
                    tag(.a, .class("chip"), .href(without(chip.name)), .title(words("去掉", "drop it"))) {
                        "\(chip.label): "
                        tag(.bdi) { chip.value ?? "" }
                        Icon.x.drawn(.small)
                    }
                }
            }
        }
    }

    private func without(_ name: String) -> String {
        let fields = [("state", state), ("app", app), ("user", user), ("msgid", message), ("since", since)]
        let kept = fields.filter { !$0.0.isSame(as: name) }
        return "/admin/jobs" + query(name == "since" ? kept + [("since", "all")] : kept)  // short: a word of ours
    }

    static func word(_ state: String, _ words: Language) -> String {
        switch state {
        case "ready": words("等待中", "ready")
        case "running": words("运行中", "running")
        case "waiting": words("待重试", "waiting")
        case "done": words("已完成", "done")
        case "failed": words("失败", "failed")
        case "cancelled": words("已取消", "cancelled")
        default: state
        }
    }
}

/// Jobs as a table.
struct JobTable {
    let jobs: [JSONValue]
    let visit: Visit

    var html: HTML {
        let words = visit.words
        return table(
            words("任务", "Jobs"),
            [
                Head(words("时间", "When")), Head(words("用户 → 应用", "User → app")), Head(words("状态", "State")),
                Head(words("消息", "Message")), Head(words("用时", "Took"), "r"), Head(words("段", "Parts"), "r hide-s"),
            ]
        ) { for job in jobs { row(job) } }
    }

    private func row(_ job: JSONValue) -> HTML {
        let words = visit.words
        let (accepted, ended) = (job.moment(of: "accepted_at"), job.moment(of: "ended_at"))
        let parts = job["parts"] ?? .null
        let (sent, all) = (parts.count(of: "sent"), parts.count(of: "all"))
        return tag(.tr) {
            tag(.th, .plain(.scope, "row"), .class("n")) {
                tag(.a, .href("/admin/jobs/\(job.text(of: "id"))")) { shown(accepted) }
            }
            tag(.td) { Correspondent(of: job).line(words) }
            tag(.td) { stateTag(job.isTrue("refused") ? "refused" : job.text(of: "state"), words) }
            tag(.td, .class("wr", "text")) {
                if job.isTrue("refused") { words("没有保留", "not kept") } else { visit.excerpt(job.text(of: "text")) }
                if let reason = job["reason"]?.string, job.text(of: "state") == "failed" {  // short: a word of ours
                    tag(.small, .class("why")) { tag(.bdi) { reason.cut(toCharacters: 120, bytes: 480, mark: "…") } }
                }
            }
            tag(.td, .class("r", "n")) {
                if let accepted, let ended { words.span(ended.since(accepted)) } else { "–" }
            }
            tag(.td, .class("r", "n", "hide-s")) {
                if parts.count(of: "failed") > 0 {
                    tone("\(sent)/\(all)", "bad")
                } else {
                    all == 0 ? "–" : "\(sent)/\(all)"
                }
            }
        }
    }
}
