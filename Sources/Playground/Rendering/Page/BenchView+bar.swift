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
            .a, .class("who"), .id("who"), .href("#people"), .data("dialog", "people"), .aria("haspopup", "dialog"),
            .aria("label", label)
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
            ("chat", words("聊天", "Chat")), ("wire", words("报文", "Wire")), ("faults", words("故障", "Faults")),
        ]
        return tag(.nav, .class("seg"), .aria("label", words("视图", "View"))) {
            for (name, text) in parts {
                tag(
                    .a, .href(viewer.address(with: "&view=\(name)")), .data("go", name),
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
            .span, .class("clk", "n"), .id("clock"), .data("lead", "\(lead.inMilliseconds)"),
            .title(words("模拟时钟", "Simulated clock"))
        ) {
            Icon.mem.drawn(.small)
            tag(.span, .class("cl")) { words("模拟时钟 ", "Simulated clock ") }
            wecom.clock.wall.shown(.clock)
            if lead != .zero { tag(.b) { (lead > .zero ? "+" : "−") + length(lead) } }
        }
    }

    private func length(_ lead: Duration) -> String {
        let minutes = abs(lead.components.seconds) / 60
        if minutes % 1440 == 0 { return "\(minutes / 1440) d" }
        return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes) min"
    }

    private var connection: HTML {
        tag(
            .span, .class("live"), .id("live"), .data("live", words("实时", "Live")),
            .data("lost", words("重连中", "Reconnecting")), .data("paused", words("已暂停", "Paused")),
            .data("left", words("0 秒后", "in 0 s"))
        ) {
            tag(.i, .class("dot"))
            tag(.span, .id("state"), .role("status")) { words("实时", "Live") }
            // It counts: nobody wants that read out.
            tag(.span, .id("left"), .class("n"), .ariaHidden)
        }
    }

    /// Language, theme and keys. A form each, so that they work without script.
    private var choices: HTML {
        let back = viewer.address(with: "&view=\(view)")
        let isDark = look.theme == .dark
        return tag(.form, .class("look", "hide-s"), .post, .action("/act/look")) {
            tag(.input, .type("hidden"), .name("back"), .value(back))
            tag(.button, .class("b", "q"), .name("lang"), .value(words.other.rawValue), .lang(words.other.tag)) {
                words.other.ownName
            }
            tag(
                .button, .class("b", "q", "ic"), .name("theme"), .value(isDark ? "light" : "dark"),
                .aria("label", isDark ? words("浅色", "Light") : words("深色", "Dark"))
            ) { Icon.sun.drawn() }
            tag(
                .a, .class("b", "q", "ic"), .id("help"), .href("#keys"), .data("dialog", "keys"),
                .aria("label", words("键盘与帮助", "Keys and help"))
            ) {
                Icon.help.drawn()
            }
        }
    }
}
