import HTML
import Pages
import Simulator
import System
import WeCom

extension BenchView {
    /// The line above all: who one is, what is seen where there is little room, the clock, the connection.
    var bar: HTML {
        tag(.header, .class("bar"), .id("bar")) {
            tag(.h1, .class("vh")) { words("演练场", "Playground") }
            tag(.a, .class("mark"), .href("/"), .aria("label", "wecom-router")) {
                HTML(embedded: SharedAssets.mark)
                tag(.b) { "wecom-router" }
                tag(.small) { words("演练场", "Playground") }
            }
            who
            segments
            tag(.span, .class("sp"))
            clock
            connection
            choices
        }
    }

    private var who: HTML {
        let corp = roster.corp(viewer.member.corp)?.name ?? viewer.member.corp.text
        let label = words("扮演成员：\(viewer.member.name)，\(corp)", "You are \(viewer.member.name) of \(corp)")
        return tag(
            .button, .class("who"), .id("who"), .type("button"), .plain(.commandfor, "people"),
            .plain(.command, "show-modal"), .aria("haspopup", "dialog"), .aria("label", label), key("u")
        ) {
            roster.portrait(of: viewer.member).html
            tag(.span, .class("tx")) {
                tag(.bdi) { viewer.member.name }
                " "
                tag(.small) { "\(corp) · \(viewer.member.user.text)" }
            }
            Icon.down.drawn(.small)
        }
    }

    private var segments: HTML {
        let parts = [
            ("chat", words("聊天", "Chat"), nil), ("wire", words("报文", "Wire"), key("w")),
            ("faults", words("故障", "Faults"), key("f")),
        ]
        return tag(.nav, .class("seg"), .aria("label", words("视图", "View"))) {
            for (name, text, key) in parts {
                tag(
                    .a, .href(viewer.address(with: "&view=\(name)")), .data("go", name), key,
                    view == name ? .aria("current", "true") : nil
                ) {
                    text
                    if name == "faults" { faultBadge }
                }
            }
        }
    }

    var faultBadge: HTML {
        let count = playground.faultCount(at: viewer)
        return tag(.span, .class("un"), .id("badge"), count == 0 ? .hidden : nil) { "\(count)" }
    }

    var clock: HTML {
        let lead = wecom.clock.lead
        return tag(
            .span, .class("clk", "n"), .id("clock"), .title(words("模拟时钟", "Simulated clock"))
        ) {
            Icon.mem.drawn(.small)
            tag(.span, .class("cl")) { words("模拟时钟 ", "Simulated clock ") }
            wecom.clock.wall.shown(.clock, goingAhead: lead)
            if lead != .zero { tag(.b) { (lead > .zero ? "+" : "−") + length(lead) } }
        }
    }

    private func length(_ lead: Duration) -> String {
        let minutes = abs(lead.components.seconds) / 60
        if minutes % 1440 == 0 { return "\(minutes / 1440) d" }
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes) min"
    }

    private var connection: HTML {
        tag(.span, .class("live")) {
            tag(.i, .class("dot"))
            // One of them is seen, by the state of the page.
            tag(.span, .id("state"), .role("status")) {
                tag(.span, .class("is-live")) { words("实时", "Live") }
                tag(.span, .class("is-lost")) { words("重连中", "Reconnecting") }
                tag(.span, .class("is-paused")) { words("已暂停", "Paused") }
            }
            // Nobody wants that read out.
            tag(.span, .id("left"), .class("n"), .ariaHidden, .hidden, .data("words", words("0 秒后", "in 0 s")))
        }
    }

    /// Language, theme and keys. A form each, so that they work without script.
    private var choices: HTML {
        let back = viewer.address(with: "&view=\(view)")
        let isDark = look.theme == .dark
        return tag(.form, .class("look", "hide-s"), .id("look"), .post, .action("/act/look")) {
            tag(.input, .type("hidden"), .name("back"), .value(back))
            tag(.button, .class("b", "q"), .name("lang"), .value(words.other.rawValue), .lang(words.other.tag)) {
                words.other.ownName
            }
            tag(
                .button, .class("b", "q", "ic"), .name("theme"), .value(isDark ? "light" : "dark"),
                .aria("label", isDark ? words("浅色", "Light") : words("深色", "Dark"))
            ) { Icon.sun.drawn() }
            tag(
                .button, .class("b", "q", "ic"), .id("help"), .type("button"), .plain(.commandfor, "keys"),
                .plain(.command, "show-modal"), .aria("label", words("键盘与帮助", "Keys and help")), key("?")
            ) {
                Icon.help.drawn()
            }
        }
    }
}
