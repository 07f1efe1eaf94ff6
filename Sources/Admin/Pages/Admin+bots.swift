import HTML
import HTTP
import JSON
import Pages
import Text

extension Admin {
    /// The AI bots as they stand, with their connections.
    func bots(_ visit: Visit) async throws(Interface.Complaint) -> HTTPResponse {
        let words = visit.words
        let page = try await interface.get("/v1/bots", ["limit": "50", "before": visit.field("before")])
        let bots = page.list(of: "bots")
        return await frame(words("智能机器人", "AI bots"), visit) {
            if bots.isEmpty {
                empty(words("没有配置智能机器人。", "There is no AI bot in the configuration."))
            } else {
                BotTable(bots: bots, visit: visit).html
            }
            more(page, visit, isShort: false)
        }
    }
}

/// Bots as a table; without what is done to them where it is short.
struct BotTable {
    let bots: [JSONValue]
    let visit: Visit
    var isShort = false

    private var words: Language { visit.words }

    var html: HTML {
        let all = [
            Head(words("机器人", "Bot")), Head(words("状态", "State")), Head(words("持有者", "Held by"), "hide-s"),
            Head(words("最近消息", "Last message"), "hide-s"), Head(words("重连", "Reconnects"), "r hide-s"),
        ]
        return table(words("智能机器人", "AI bots"), isShort ? all : all + [.acts(words)]) {
            for bot in bots { row(bot) }
        }
    }

    private func row(_ bot: JSONValue) -> HTML {
        tag(.tr) {
            tag(.th, .plain(.scope, "row")) {
                tag(.a, .href("/admin/jobs" + query([("app", bot.text(of: "bot_key"))]))) {
                    tag(.bdi) { bot.text(of: "bot") }
                }
                tag(.small) {
                    bot.text(of: "mode") == "socket"  // short: a word of ours
                        ? words("长连接", "long connection") : words("回调", "webhook")
                }
            }
            tag(.td, .class("wr")) {
                state(bot.text(of: "state"))
                if let since = bot.moment(of: "since") {
                    tag(.small) {
                        words("自 ", "since ")
                        since.shown(.day)
                    }
                }
                if let off = bot["off"]?.string ?? bot["reason"]?.string, bot.text(of: "state") != "ready" {  // short
                    tag(.small, .class("why"), .lang("en")) { tag(.bdi) { off } }
                }
            }
            tag(.td, .class("hide-s")) { tag(.bdi) { bot["owner"]?.string ?? "–" } }
            tag(.td, .class("hide-s")) { shown(bot.moment(of: "last_callback_at")) }
            tag(.td, .class("r", "n", "hide-s")) { "\(bot.count(of: "reconnects"))" }
            if !isShort { tag(.td) { acts(bot) } }
        }
    }

    private func state(_ state: String) -> HTML {
        switch state {
        case "ready": tone(words("就绪", "ready"), "ok", .ok)
        case "connecting", "subscribing": tone(words("连接中", "connecting"), "idle", .again)
        case "retrying": tone(words("重连中", "reconnecting"), "warn", .again)
        case "displaced": tone(words("被别处占用", "displaced"), "bad", .x)
        case "refused": tone(words("被拒", "refused"), "bad", .x)
        case "unbound": tone(words("没有智能体", "no agent"), "bad", .x)
        case "stopped": tone(words("已停", "stopped"), "idle", .stop)
        case "disabled": tone(words("已关", "disabled"), "idle", .stop)
        case "left_out": tone(words("未启用", "left out"), "idle", .stop)
        default: tone(state, "idle")
        }
    }

    /// A bot without a connection of its own has none to be steered.
    @HTMLBuilder private func acts(_ bot: JSONValue) -> HTML {
        let name = bot.text(of: "bot")
        let path = "/admin/bots/\(percentEncoded(name))"
        if bot.text(of: "mode") == "socket" {  // short: a word of ours
            tag(.div, .class("row")) {
                visit.form(to: "\(path)/reconnect", words("重连", "Reconnect"), icon: .again)
                if bot.text(of: "state") != "stopped" {  // short: a word of ours
                    visit.asking(
                        words(
                            "断开 \(name)？在重连之前它收不到消息。", "Disconnect \(name)? It hears nothing until it is reconnected."),
                        words("断开", "Disconnect"), icon: .stop, to: "\(path)/disconnect")
                }
            }
        }
    }
}
