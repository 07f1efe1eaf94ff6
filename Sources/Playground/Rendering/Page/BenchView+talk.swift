import HTML
import Pages
import Simulator
import WeCom

extension BenchView {
    /// The chat that is open.
    var talk: HTML {
        tag(
            .article, .class("talk"), .id("talk"), .aria("label", viewer.chat.map { roster.name(of: $0) } ?? "")
        ) {
            talkHead
            strip
            tag(
                .div, .class("log"), .id("scroll"), .role("log"), .aria("live", "polite"),
                .aria("label", words("消息", "Messages")), .tabindex(0), .data("scroll", "kept"),
                viewer.chat == nil ? nil : .data("stick", "log")
            ) {
                log(before: nil)
                tag(.ol, .id("waiting"), .class("waiting"))
            }
            tag(
                .button, .class("b", "newer"), .id("newer"), .type("button"), .hidden,
                .data("words", words("↓ 0 条新消息", "↓ 0 new")))
            composer
            waitingBubble
        }
    }

    /// The bubble of words that wait for the connection, into which the page's script puts them.
    private var waitingBubble: HTML {
        tag(.template, .id("wait")) {
            tag(.li, .class("turn", "pend")) {
                tag(.div, .class("msg", "me")) {
                    tag(.div, .class("col")) {
                        tag(.div, .class("bub", "tx"), .data("text", ""))
                        tag(.span, .class("wl")) { words("等待连接", "waits for the connection") }
                    }
                    roster.portrait(of: viewer.member).html
                }
            }
        }
    }

    private var talkHead: HTML {
        tag(.div, .class("th")) {
            tag(
                .a, .class("b", "q", "ic", "back2"), .href(viewer.address(with: "&list=1")),
                .aria("label", words("返回列表", "Back to the chats"))
            ) { Icon.left.drawn() }
            tag(.h2) { tag(.bdi) { viewer.chat.map { roster.name(of: $0) } ?? "" } }
            if case .bot = viewer.chat { tag(.span, .class("ai")) { words("智能机器人", "AI bot") } }
            tag(.span, .class("m")) { address }
            tag(.span, .class("sp"))
            if canEnter {
                let isTold = viewer.chat.map { roster.isToldOfVisits(to: $0) } == true
                tag(
                    .form, .id("enter"), .post, .action("/act/enter"), .data("act", ""),
                    isTold ? .data("visits", "") : nil
                ) {
                    identity
                    tag(
                        .button, .class("b", "q", "ic"), .aria("label", words("进入应用", "Enter the chat")),
                        .title(words("触发 enter_agent / enter_chat", "sends enter_agent / enter_chat"))
                    ) { Icon.dots.drawn() }
                }
            }
        }
    }

    private var canEnter: Bool { if case .group = viewer.chat { false } else { viewer.chat != nil } }

    private var address: String {
        switch viewer.chat {
        case .app(let app, _): "\(app.agentID)"
        case .bot(let bot, _): "bot/\(bot.text)"
        case .group(let id): "\(id.text) · \(roster.group(id)?.members.count ?? 0)"
        case nil: ""
        }
    }

    /// The fields by which a form says who sends it, and from where.
    @HTMLBuilder var identity: HTML {
        tag(.input, .type("hidden"), .name("as"), .value(viewer.identity))
        tag(.input, .type("hidden"), .name("chat"), .value(viewer.chat?.text ?? ""))
        tag(.input, .type("hidden"), .name("view"), .value(view))
    }

    /// Says that the calls of this chat may meet faults.
    var strip: HTML {
        let count = playground.faultCount(at: viewer)
        return tag(
            .form, .class("strip"), .id("strip"), .post, .action("/act/calm"), .data("act", ""),
            count == 0 ? .hidden : nil
        ) {
            identity
            Icon.bolt.drawn(.small)
            tag(.span) { words("有故障生效：", "Faults are on: ") }
            tag(.b, .class("n")) { "\(count)" }
            tag(.span, .class("sp"))
            tag(.button, .id("calm-here")) { words("全部清除", "Clear all") }
        }
    }
}
