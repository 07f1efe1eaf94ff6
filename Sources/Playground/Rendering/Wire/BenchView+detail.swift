import HTML
import HTTP
import Pages
import Simulator
import System
import Text
import WeCom

extension BenchView {
    /// An exchange in full, to be put into the page.
    func detail(of id: Int?) -> HTML { tag(.div, .id("detail"), .class("det")) { detailContent(of: id) } }

    func detailContent(of id: Int?) -> HTML {
        guard let entry = id.flatMap({ wecom.wire.entry($0) }) else {
            return tag(.p, .class("none")) {
                id == nil ? nothingYet : words("这条报文已不再保留", "This exchange is no longer kept")
            }
        }
        return tag(.div, .class("hd"), .data("entry", rowID(entry.id))) { head(of: entry) } + envelope(of: entry)
            + tabs(of: entry)
    }

    private var nothingYet: String {
        guard case .app(let identity, _) = viewer.chat, let app = roster.app(identity)?.app else {
            return words("还没有报文", "Nothing yet")
        }
        let address = wecom.callbackURL(of: app)
        return words("还没有报文。第一个回调将发往 \(address)", "Nothing yet. The first callback goes to \(address)")
    }

    @HTMLBuilder private func head(of entry: WireEntry) -> HTML {
        tag(.p, .class("m")) {
            let words = masked(entry.request.line).words
            tag(.b) { words.first.map(String.init) ?? "WS" }
            " "
            words.dropFirst().first.map(String.init) ?? entry.name
        }
        tag(.div, .class("ts")) {
            tag(.span, .class("t", entry.direction == .callback ? "in" : "out")) {
                (entry.direction == .callback ? Icon.right : .left).drawn()
                entry.direction == .callback ? words("回调", "callback") : "API"
            }
            if let attempt = entry.attempt {
                // One more where a person has it sent again.
                let most = max(attempt.number, attempt.most)
                tag(.span, .class("t")) {
                    words("第 \(attempt.number) 次，共 \(most) 次", "try \(attempt.number) of \(most)")
                }
            }
            if entry.polls > 0 { tag(.span, .class("t")) { words("第 \(entry.polls) 次", "no. \(entry.polls)") } }
            silences(of: entry)
            result(of: entry)
            if let took = entry.took, took != .zero { tag(.span, .class("t", "n")) { took.short } }
            if entry.fault != nil {
                tag(.span, .class("t", "warn")) {
                    Icon.bolt.drawn()
                    words("故障", "fault")
                }
            }
        }
    }

    // MARK: Tabs

    private func tabs(of entry: WireEntry) -> HTML {
        let panels = [
            (words("明文", "Opened"), opened(entry)), (words("密文", "Sealed"), sealed(entry)),
            (words("应答", "Answer"), answer(entry)), (words("校验", "Checks"), checks(of: entry)),
        ]
        return tag(.div, .class("tabs")) {
            tag(.div, .class("tl"), .role("radiogroup"), .aria("label", words("报文", "Exchange"))) {
                for (index, panel) in panels.enumerated() {
                    tag(.label) {
                        tag(
                            .input, .class("vh"), .type("radio"), .name("tab"), .id("tab\(index)"),
                            key("\(index + 1)"), index == 0 ? .checked : nil)
                        panel.0
                    }
                }
            }
            tag(
                .button, .class("b", "q", "ic"), .type("button"), .id("curl"),
                .data("copy", entry.curl(callsTo: wecom.base, masked)),
                .aria("label", words("复制为 curl", "Copy as curl")), .title(words("复制为 curl", "Copy as curl")),
                key("y")
            ) { Icon.copy.drawn() }
        }
            + panels.enumerated().map { index, panel in
                tag(
                    .div, .class("panel"), .role("region"), .id("panel\(index)"), .aria("label", panel.0), .tabindex(0)
                ) { panel.1 }
            }.reduce(HTML.empty, +)
    }

    private func opened(_ entry: WireEntry) -> HTML {
        let document = entry.request.opened ?? entry.request.body
        return document.isEmpty ? parameters(of: entry) : DocumentView(document, masking: playground.masksSecrets).html
    }

    /// The parameters of a request that has no body.
    private func parameters(of entry: WireEntry) -> HTML {
        let query = HTTPRequest(.get, entry.request.line).query
        return tag(.pre) {
            for name in query.names {
                tag(.span, .class("k")) { name }
                "  "
                tag(.span, .class("v")) {
                    playground.masksSecrets && Masking.isSecret(name) ? Masking.dots : query[name] ?? ""
                }
                "\n"
            }
        }
    }

    @HTMLBuilder private func sealed(_ entry: WireEntry) -> HTML {
        tag(.pre) {
            for line in [entry.request.line] + entry.request.headers where !line.isEmpty { masked(line) + "\n" }
            "\n"
            masked(String(decoding: entry.request.body, as: UTF8.self))
            if entry.request.size > entry.request.body.count { "\n… \(entry.request.size) B" }
        }
    }

    @HTMLBuilder private func answer(_ entry: WireEntry) -> HTML {
        if let answer = entry.answer {
            if !answer.line.isEmpty { tag(.pre) { "\(answer.line)\n\n" } }
            if let opened = answer.opened { DocumentView(opened, masking: playground.masksSecrets).html }
            DocumentView(answer.body, masking: playground.masksSecrets).html
        } else {
            tag(.p) { entry.failure ?? words("还没有应答", "There is no answer yet") }
        }
    }

    func masked(_ text: String) -> String { playground.masksSecrets ? Masking.masked(text) : text }
}
