import HTML
import Pages
import Simulator
import WeCom

extension BenchView {
    /// The switches by which WeCom misbehaves. Each is a form, so that it works without script.
    var faults: HTML {
        let count = playground.faultCount(at: viewer)
        return tag(.section, .class("pan", "faults"), .id("faults"), .aria("label", words("故障", "Faults"))) {
            tag(.div, .class("ph")) {
                tag(.h2) {
                    words("故障", "Faults")
                    if count > 0 { tag(.span, .class("t", "warn", "n")) { "\(count)" } }
                }
                tag(.span, .class("sp"))
                scopes
                tag(.form, .post, .action("/act/calm"), .data("act", "")) {
                    identity
                    tag(.button, .class("b", "q"), .id("calm")) { words("全部清除", "Clear all") }
                }
            }
            tag(.div, .class("fs")) { for fault in FaultSwitch.allCases { faultSwitch(fault) } }
        }
    }

    private var scopes: HTML {
        tag(.nav, .class("scopes"), .aria("label", words("作用于", "For"))) {
            for (scope, name) in scopeNames {
                tag(
                    .a, .id("scope-\(scope.rawValue)"),
                    .href(viewer.address(with: "&scope=\(scope.rawValue)&view=\(view)")),
                    scope == shownScope ? .aria("current", "true") : nil
                ) { name }
            }
        }
    }

    /// The scope that the switches show: a chat that is no app's has none of its own.
    private var shownScope: FaultScope { if case .app = viewer.chat { scope } else { .all } }

    private var scopeNames: [(FaultScope, String)] {
        guard case .app = viewer.chat else { return [(.all, words("全部", "All"))] }
        return [(.app, words("此应用", "This app")), (.corp, words("其企业", "Its corp")), (.all, words("全部", "All"))]
    }

    private func faultSwitch(_ fault: FaultSwitch) -> HTML {
        let on = playground.setting(of: fault, shownScope, at: viewer)
        let name = fault.name(words)
        return tag(.form, .class("f", on == nil ? "" : "on"), .post, .action("/act/fault"), .data("act", "")) {
            identity
            tag(.input, .type("hidden"), .name("fault"), .value(fault.rawValue))
            tag(.input, .type("hidden"), .name("scope"), .value(shownScope.rawValue))
            tag(
                .button, .id("f-\(fault.rawValue)"), .role("switch"), .aria("checked", on == nil ? "false" : "true"),
                .aria("label", name), .name("on"), .value(on == nil ? "1" : "0"))
            tag(.div) {
                tag(.b) { name }
                tag(.small) { effect(of: fault, on?.order) }
            }
            tag(
                .select, .id("s-\(fault.rawValue)"), .name("setting"),
                .aria("label", words("\(name)：参数", "\(name): setting"))
            ) {
                for setting in fault.settings {
                    tag(.option, .value(setting.value), setting.value == on?.value ? .selected : nil) {
                        words(setting.chinese, setting.english)
                    }
                }
            }
        }
    }

    private func effect(of fault: FaultSwitch, _ order: Faults.Order?) -> String {
        guard let order else { return fault.effect(words) }
        let times = order.times.map { "\(order.met) / \($0)" } ?? "\(order.met)"
        return words("已命中 \(times)", "met \(times)")
    }
}
