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
                id == nil
                    ? words("还没有报文。说句话，第一个回调就会出现在这里", "Nothing yet. Say something, and the first callback appears here")
                    : words("这条报文已不再保留", "This exchange is no longer kept")
            }
        }
        return tag(.div, .class("hd"), .data("entry", rowID(entry.id))) { head(of: entry) } + envelope(of: entry)
            + tabs(of: entry)
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
                tag(.span, .class("t")) {
                    words("第 \(attempt.number) 次，共 \(attempt.most) 次", "try \(attempt.number) of \(attempt.most)")
                }
            }
            if entry.polls > 0 { tag(.span, .class("t")) { words("第 \(entry.polls) 次", "no. \(entry.polls)") } }
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

    // MARK: The envelope, to scale

    @HTMLBuilder private func envelope(of entry: WireEntry) -> HTML {
        if let layout = entry.layout {
            let parts = [
                (words("随机", "random"), SealedLayout.random), (words("长度", "length"), SealedLayout.length),
                (words("明文", "message"), layout.message), (words("接收方", "receiver"), layout.receiver),
                (words("填充", "padding"), layout.padding),
            ]
            tag(
                .svg, .class("env"), .plain(.viewBox, "0 0 \(max(layout.total, 1)) 14"),
                .plain(.preserveAspectRatio, "none"), .ariaHidden
            ) { bars(parts.map(\.1)) }
            tag(.p, .class("leg", "n")) {
                for (index, part) in parts.enumerated() {
                    tag(.span) {
                        tag(.i, .class("e\(index)b"))
                        "\(part.0) \(part.1)"
                    }
                }
                tag(.span) { "= \(layout.total) B" }
            }
        }
    }

    private func bars(_ sizes: [Int]) -> [HTML] {
        var x = 0
        return sizes.enumerated().map { index, size in
            defer { x += size }
            return tag(
                .rect, .class("e\(index)"), .plain(.x, "\(x)"), .plain(.width, "\(max(size, 0))"),
                .plain(.height, "14"))
        }
    }

    // MARK: Tabs

    private func tabs(of entry: WireEntry) -> HTML {
        let panels = [
            (words("明文", "Opened"), opened(entry)), (words("密文", "Sealed"), sealed(entry)),
            (words("应答", "Answer"), answer(entry)), (words("校验", "Checks"), checks(of: entry)),
        ]
        return tag(.div, .class("tabs")) {
            tag(.div, .role("tablist"), .aria("label", words("报文", "Exchange"))) {
                for (index, panel) in panels.enumerated() {
                    tag(
                        .button, .type("button"), .role("tab"), .id("tab\(index)"), .aria("controls", "panel\(index)"),
                        .aria("selected", index == 0 ? "true" : "false"), .tabindex(index == 0 ? 0 : -1)
                    ) { panel.0 }
                }
            }
            tag(
                .button, .class("b", "q", "ic"), .type("button"), .id("curl"), .data("copy", masked(entry.curl)),
                .aria("label", words("复制为 curl", "Copy as curl")), .title(words("复制为 curl", "Copy as curl"))
            ) { Icon.copy.drawn() }
        }
            + panels.enumerated().map { index, panel in
                tag(
                    .div, .role("tabpanel"), .id("panel\(index)"), .aria("labelledby", "tab\(index)"), .tabindex(0),
                    index == 0 ? nil : .hidden
                ) { panel.1 }
            }.reduce(HTML.empty, +)
    }

    private func opened(_ entry: WireEntry) -> HTML {
        let document = entry.request.opened ?? entry.request.body
        return document.isEmpty ? parameters(of: entry) : DocumentView(document, masking: playground.masksSecrets).html
    }

    /// What a request without a body says.
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

extension WireEntry {
    /// The request as somebody would make it by hand; empty where it is no request.
    var curl: String {
        let parts = request.line.words
        guard parts.count == 2 else { return String(decoding: request.body, as: UTF8.self) }
        let address = parts[1].begins(with: "http") ? String(parts[1]) : "\(WireEntry.placeholder)\(parts[1])"
        var command = "curl -X \(parts[0]) \(quoted(address))"
        for header in headersToSend { command += " \\\n  -H \(quoted(header))" }
        if !request.body.isEmpty {
            command += " \\\n  --data-binary \(quoted(String(decoding: request.body, as: UTF8.self)))"
        }
        return command
    }

    /// What comes before the path of a call whose request does not say where it went.
    private static let placeholder = "https://qyapi.weixin.qq.com"

    private var headersToSend: [String] { request.headers.filter { $0.begins(withAnyCaseOf: "content-type") } }

    private func quoted(_ text: String) -> String { "'\(text.replacing(word: "'", by: "'\\''"))'" }
}
