import HTML
import Pages
import Simulator
import System
import Text
import WeCom

extension BenchView {
    /// The rows that come with a page: more would make it heavy.
    private static let firstRows = 20
    /// The rows that come at a time when they are asked for.
    private static let rowsAtATime = 100

    func rowID(_ id: Int) -> String { "w\(id)" }

    /// The list of exchanges, and the one that is picked, in full.
    var wire: HTML {
        tag(.section, .class("pan", "wire"), .id("wire"), .aria("label", words("报文", "Wire"))) {
            tag(.div, .class("ph")) {
                tag(.h2) {
                    words("报文", "Wire")
                    tag(.span, .class("t", "n"), .id("shown-rows")) { "\(recent.count)" }
                }
                tag(.span, .class("sp"))
                tag(
                    .button, .class("b", "q", "ic"), .id("pause"), .type("button"), .aria("pressed", "false"),
                    .aria("label", words("暂停", "Pause")), key("p")
                ) {
                    Icon.pause.drawn()
                    tag(.span, .class("held"), .id("held"), .hidden, .data("words", "+0"))
                }
                tag(.form, .post, .action("/act/forget"), .data("act", "")) {
                    identity
                    tag(.button, .class("b", "q", "ic"), .aria("label", words("清空", "Clear"))) { Icon.bin.drawn() }
                }
            }
            filters(before: firstRow(of: recent))
            tag(.p, .class("gap"), .role("status")) {
                Icon.again.drawn(.small, "spin")
                words("连接断开，正在重连；恢复后自动补齐", "Connection lost; what happens meanwhile is filled in once it is back")
            }
            notKept
            rows
            tag(.div, .id("detail"), .class("det")) {
                detailContent(of: pickedEntry ?? recent.last { $0.isAbout(viewer) }?.id)
            }
        }
    }

    private var recent: [WireEntry] { wecom.wire.entries.suffix(BenchView.firstRows) }

    /// The id of a row before which there are others.
    private func firstRow(of shown: [WireEntry]) -> Int? {
        let first = shown.first?.id
        return first == wecom.wire.entries.first?.id ? nil : first
    }

    private func filters(before first: Int?) -> HTML {
        let kinds = [
            ("here", words("此对话", "This chat")), ("in", words("回调", "Callbacks")), ("out", "API"),
            ("bad", words("异常", "Trouble")), ("all", words("全部", "All")),
        ]
        return tag(.div, .class("wf"), .role("radiogroup"), .aria("label", words("筛选", "Filter"))) {
            for (kind, name) in kinds {
                tag(.label, .class("c")) {
                    tag(
                        .input, .class("vh"), .type("radio"), .name("only"), .id("only-\(kind)"),
                        .value(kind == "all" ? ".w" : ".w.\(kind)"),
                        kind == "here" ? .checked : nil)
                    name
                }
            }
            tag(.label, .class("search")) {
                Icon.find.drawn(.small)
                tag(.span, .class("vh")) { words("筛选报文", "Find in the wire") }
                tag(
                    .input, .id("find-wire"), .type("search"), .placeholder("msgid, errcode"),
                    .data("sift", "#rows .w"))
            }
            earlierLink("/rows", to: "rows", before: first)
        }
    }

    var rows: HTML { list(of: recent) }

    /// Says how many exchanges a tab has missed for good, which comes back after a while.
    @HTMLBuilder private var notKept: HTML {
        if let seenEntry, let first = wecom.wire.entries.first?.id, first > seenEntry + 1 {
            let count = first - seenEntry - 1
            tag(.p, .class("missed")) { words("\(count) 条未保留", "\(count) not kept") }
        }
    }

    /// The exchanges before one.
    func rows(before id: Int) -> HTML {
        let before: [WireEntry] = wecom.wire.entries.filter { $0.id < id }.suffix(BenchView.rowsAtATime)
        return list(of: before)
    }

    private func list(of shown: [WireEntry]) -> HTML {
        tag(
            .div, .class("rows"), .id("rows"), .role("listbox"), .aria("label", words("报文列表", "Exchanges")),
            .tabindex(0), .data("most", "\(BenchView.mostInPage)"), .data("scroll", "kept"), .data("stick", "rows"),
            firstRow(of: shown) == nil ? nil : .data("more", "")
        ) { for entry in shown { row(entry) } }
    }

    func row(_ entry: WireEntry) -> HTML {
        let kind = entry.direction == .callback ? "in" : "out"
        return tag(
            .a, .class("w", kind, entry.isAbout(viewer) ? "here" : "", entry.isTrouble ? "bad" : ""),
            .id(rowID(entry.id)), .role("option"), .href(viewer.address(with: "&wire=\(entry.id)")),
            entry.id == pickedEntry ? .aria("selected", "true") : nil,
            .data("find", entry.links.sorted().joined(separator: " "))
        ) {
            entry.at.shown(.fine)
            tag(.span, .class("m")) {
                tag(.span, .class("vh")) { entry.direction == .callback ? words("回调 ", "callback ") : "API " }
                entry.name
                " "
                tag(.bdi) { entry.note }
            }
            tag(.span, .class("st")) { states(of: entry) }
            tag(.span, .class("tk")) { entry.took.map { $0 == .zero ? "" : $0.short } ?? "…" }
        }
    }

    @HTMLBuilder private func states(of entry: WireEntry) -> HTML {
        if entry.polls > 1 {
            tag(.span, .class("t")) {
                Icon.again.drawn()
                words("\(entry.polls) 次", "\(entry.polls)×")
            }
        }
        if let attempt = entry.attempt, attempt.number > 1 || entry.isTrouble {
            tag(.span, .class("t")) {
                Icon.again.drawn()
                "\(attempt.number)/\(max(attempt.number, attempt.most))"
            }
        }
        silences(of: entry)
        result(of: entry)
    }

    /// The things about it that nobody is told.
    @HTMLBuilder func silences(of entry: WireEntry) -> HTML {
        for silence in entry.silences {
            tag(.span, .class("t", silence.isTrouble ? "warn" : "")) { silence.text(words) }
        }
    }

    /// True of an answer that came, and is not what was wanted.
    private func isOdd(_ entry: WireEntry) -> Bool { entry.code ?? 0 != 0 || !entry.silences.isEmpty }

    @HTMLBuilder func result(of entry: WireEntry) -> HTML {
        if entry.isOpen {
            tag(.span, .class("t")) { words("进行中", "open") }
        } else if entry.failure != nil {
            tag(.span, .class("t", "bad")) { words("无应答", "no answer") }
        } else {
            tag(.span, .class("t", entry.isTrouble ? (isOdd(entry) ? "warn" : "bad") : "ok")) {
                resultText(entry)
            }
        }
    }
}

extension WireEntry {
    /// True if it concerns the chat that is open.
    func isAbout(_ viewer: Viewer) -> Bool {
        switch (viewer.chat, subject) {
        case (.app(let app, let user), .app(let other)): app == other && (users.isEmpty || users.contains(user))
        case (.bot(let bot, let user), .bot(let other)):
            bot == other && group == nil && (users.isEmpty || users.contains(user))
        case (.group(let chat), _): group == chat
        default: false
        }
    }
}
