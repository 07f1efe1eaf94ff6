import HTML
import HTTP
import JSON
import Pages
import System
import Text

extension Admin {
    /// The processes that share the store, what differs between them, and the configuration that is read again.
    func nodes(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let nodes = try await interface.get("/v1/nodes").list(of: "nodes")
        let alive = nodes.filter { $0.text(of: "state") == "alive" }  // short: a word of ours
        func differ(_ name: String) -> Bool { Set(alive.map { $0.text(of: name) }).count > 1 }
        let (versionsDiffer, configurationsDiffer) = (differ("version"), differ("configuration"))
        let tools = visit.asking(
            words("重新读取配置？有错就什么都不变。", "Read the configuration again? With a fault in it nothing changes."),
            words("重新加载", "Reload"), icon: .again, to: "/admin/reload")
        return await frame(words("节点与配置", "Nodes and configuration"), visit, tools: tools) {
            if versionsDiffer || configurationsDiffer {
                tag(.div, .class("band", "warn"), .role("alert")) {
                    versionsDiffer
                        ? words(
                            "各节点的版本不一样：更新旧的那些。", "The nodes differ in their version: update those with the old one.")
                        : words(
                            "各节点的配置不一样：重新加载旧的那些。",
                            "The nodes differ in their configuration: reload those with the old one.")
                }
            }
            lastReload.withLock { $0 }.map { ReloadResult(report: $0.report, at: $0.at, words: words).html }
            table(
                words("节点", "Nodes"),
                [
                    Head(words("节点", "Node")), Head(words("状态", "State")), Head(words("版本", "Version")),
                    Head(words("配置摘要", "Configuration"), "hide-s"), Head(words("启动", "Started"), "hide-s"),
                    Head(words("最近听到", "Last heard of"), "hide-s"), Head(words("时钟偏差", "Clock"), "r hide-s"),
                ]
            ) { for node in nodes { row(node, words) } }
            tag(.p, .class("note")) {
                words(
                    "20 秒没有动静就算沉默；一天后忘掉。其他节点各自重新加载（wecom-router reload 或 SIGHUP）。",
                    "One that was not heard of for 20 seconds is silent; after a day it is forgotten. Others are reloaded each by itself (wecom-router reload, or SIGHUP)."
                )
            }
        }
    }

    private func row(_ node: JSONValue, _ words: Language) -> HTML {
        let isAlive = node.text(of: "state") == "alive"  // short: a word of ours
        return tag(.tr) {
            tag(.th, .plain(.scope, "row")) { tag(.bdi) { node.text(of: "node") } }
            tag(.td) {
                isAlive ? tone(words("在运行", "alive"), "ok", .ok) : tone(words("沉默", "silent"), "warn", .warn)
            }
            tag(.td) { node.text(of: "version") }
            tag(.td, .class("hide-s", "m")) { node["configuration"]?.string?.cut(toBytes: 16, mark: "") ?? "–" }
            tag(.td, .class("hide-s")) { shown(node.moment(of: "started_at")) }
            tag(.td, .class("hide-s")) { shown(node.moment(of: "seen_at"), .clock) }
            tag(.td, .class("r", "n", "hide-s")) { lead(node["clock_lead_seconds"]) }
        }
    }

    private func lead(_ seconds: JSONValue?) -> String {
        switch seconds {
        case .number(let value): "\((value * 10).rounded() / 10) s"
        case .integer(let value): "\(value) s"
        default: "–"
        }
    }
}

/// The outcome of the last reload that somebody asked for here.
struct ReloadResult {
    let report: JSONValue
    let at: Timestamp
    let words: Language

    var html: HTML {
        tag(.section, .class("band", "done"), .role("status")) {
            tag(.p) {
                tag(.b) { words("已重新加载", "Reloaded") }
                HTML(" ")
                at.shown(.clock)
            }
            tag(.ul) {
                for line in lines { tag(.li) { tag(.bdi) { line } } }
            }
        }
    }

    /// A line for each thing that changed, or waits for a restart.
    private var lines: [String] {
        let kinds = [
            ("apps", words("应用", "apps")), ("bots", words("机器人", "bots")), ("agents", words("智能体", "agents")),
        ]
        let changes = [
            ("added", words("新增", "added")), ("changed", words("改变", "changed")), ("removed", words("移除", "removed")),
        ]
        var lines = kinds.flatMap { kind, name in
            changes.compactMap { change, word in
                names(report[kind]?[change]).map { "\(name), \(word): \($0)" }
            }
        }
        if let keys = names(report["settings"]) { lines.append("\(words("改变", "changed")): \(keys)") }
        if let apps = names(report["leaving"]) {
            lines.append("\(words("收尾中", "finishing what was accepted")): \(apps)")
        }
        if let keys = names(report["needs_restart"]) { lines.append("\(words("需要重启", "needs a restart")): \(keys)") }
        lines += report.list(of: "warnings").compactMap(\.string)
        return lines.isEmpty ? [words("没有变化。", "Nothing has changed.")] : lines
    }

    private func names(_ list: JSONValue?) -> String? {
        let names = list?.array?.compactMap(\.string) ?? []
        return names.isEmpty ? nil : names.joined(separator: ", ")
    }
}
