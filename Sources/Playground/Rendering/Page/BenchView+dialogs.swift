import HTML
import Pages
import Simulator
import WeCom

extension BenchView {
    /// Everybody whom one can be, with an address each: a middle click opens a second person.
    var peopleDialog: HTML {
        tag(.dialog, .id("people"), .plain(.closedby, "any"), .aria("labelledby", "people-title")) {
            dialogHead("people", words("扮演成员", "Be somebody"))
            tag(.div, .class("co")) {
                for corp in roster.corps {
                    tag(.h3) {
                        tag(.bdi) { corp.name }
                        " "
                        tag(.span, .class("m")) { corp.id.text }
                    }
                    tag(.div, .class("ppl")) {
                        for member in corp.members { person(member) }
                    }
                }
            }
        }
    }

    private func person(_ member: Roster.Member) -> HTML {
        tag(
            .a, .href(Viewer(member, at: nil).address()),
            member == viewer.member ? .aria("current", "true") : nil
        ) {
            roster.portrait(of: member).html
            tag(.span) {
                tag(.bdi) { member.name }
                tag(.small) {
                    [member.user.text, member.department, language(of: member)].filter { !$0.isEmpty }
                        .joined(separator: " · ")
                }
            }
        }
    }

    /// Said of those who write another language than most.
    private func language(of member: Roster.Member) -> String {
        switch member.language {
        case .chinese: ""
        case .english: words("写英文", "writes English")
        }
    }

    var keysDialog: HTML {
        let keys = [
            ("u", words("换一个人", "be somebody else")), ("c", words("输入框", "write a message")),
            ("/", words("搜索会话", "search chats")), ("w", words("报文", "wire")), ("f", words("故障", "faults")),
            ("Alt ↑ ↓", words("上一个、下一个会话", "chat before, after")), ("↑ ↓", words("在报文中移动", "move in the wire")),
            ("1–4", words("报文的页签", "tabs of an exchange")), ("y", words("复制为 curl", "copy as curl")),
            ("p", words("暂停报文", "pause the wire")), ("Enter", words("发送", "send")),
            ("Shift Enter", words("换行", "break the line")), ("↑", words("空白时：上一条", "when empty: last text")),
            ("/ @", words("输入时：命令、成员", "while writing: commands, people")), ("Esc", words("关闭", "close")),
        ]
        return tag(.dialog, .id("keys"), .plain(.closedby, "any"), .aria("labelledby", "keys-title")) {
            dialogHead("keys", words("键盘", "Keys"))
            tag(.div, .class("co")) {
                tag(.dl, .class("keys")) {
                    for (key, text) in keys {
                        tag(.dt) { key }
                        tag(.dd) { text }
                    }
                }
                tag(
                    .button, .class("b", "keysoff"), .form("look"), .name("keys"),
                    .value(look.hasKeys ? "off" : "on")
                ) {
                    look.hasKeys
                        ? words("关闭单键快捷键", "Switch single keys off") : words("开启单键快捷键", "Switch single keys on")
                }
            }
        }
    }

    private func dialogHead(_ dialog: String, _ title: String) -> HTML {
        tag(.div, .class("dh")) {
            tag(.h2, .id("\(dialog)-title")) { title }
            tag(
                .button, .class("b", "q", "ic"), .type("button"), .plain(.commandfor, dialog),
                .plain(.command, "close"), .aria("label", words("关闭", "Close"))
            ) { Icon.x.drawn() }
        }
    }
}
