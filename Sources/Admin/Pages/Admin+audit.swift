import HTML
import HTTP
import Pages

extension Admin {
    /// Who did what on these pages, since this process began.
    func audit(_ visit: Visit) async -> HTTPResponse {
        let words = visit.words
        let entries = trail.newest
        return await frame(words("操作记录", "Audit"), visit) {
            if entries.isEmpty {
                empty(words("还没有。", "Nothing yet."))
            } else {
                table(
                    words("操作记录", "Audit"),
                    [
                        Head(words("时间", "When")), Head(words("谁", "Who")), Head(words("做了什么", "What")),
                        Head(words("对象", "On what")), Head(words("结果", "Result")),
                    ]
                ) { for entry in entries.prefix(200) { row(entry, words) } }
            }
            tag(.p, .class("note")) {
                words(
                    "最近 200 条，自本进程启动起；全部都在日志里（administration）。",
                    "The newest 200 since this process began; all of them are in the log (administration).")
            }
        }
    }

    private func row(_ entry: AuditTrail.Entry, _ words: Language) -> HTML {
        tag(.tr) {
            tag(.th, .plain(.scope, "row"), .class("n")) { entry.at.shown(.day) }
            tag(.td) {
                switch entry.role {
                case .operating: words("操作员", "operator")
                case .reading: words("只读", "viewer")
                case nil: words("未登录", "not signed in")
                }
                tag(.small, .class("m")) { entry.address }
            }
            tag(.td) { entry.act.name(words) }
            tag(.td, .class("wr")) { tag(.bdi, .class("m")) { entry.object } }
            tag(.td, .class("wr")) {
                if let failure = entry.failure {
                    tone(words("没有做", "not done"), "bad", .x)
                    tag(.small, .class("why"), .lang("en")) { tag(.bdi) { failure } }
                } else {
                    tone(words("已做", "done"), "ok", .ok)
                }
            }
        }
    }
}

extension AuditTrail.Act {
    func name(_ words: Language) -> String {
        switch self {
        case .login: words("登录", "sign in")
        case .logout: words("退出", "sign out")
        case .showTexts: words("显示人们写的内容", "show what people wrote")
        case .stop: words("停止", "stop")
        case .retry: words("重试", "retry")
        case .replay: words("重放", "replay")
        case .reset: words("重置会话", "reset a session")
        case .reconnect: words("重连", "reconnect")
        case .disconnect: words("断开", "disconnect")
        case .reload: words("重新加载配置", "reload the configuration")
        }
    }
}
