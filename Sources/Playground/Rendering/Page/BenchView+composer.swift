import HTML
import Pages

extension BenchView {
    /// The place where one writes, with the files that go along.
    var composer: HTML {
        tag(
            .form, .class("comp"), .id("composer"), .post, .multipart, .action("/act/say"), .data("act", ""),
            .data("most", "\(DroppedFile.mostBytes)"),
            .data("large", words("超过 20 MB（单个或合计），没有附上", "Over 20 MB, alone or together: not attached"))
        ) {
            identity
            // The first button is the one that Enter presses at the length of a recording.
            recording
            offers
            tools
            tag(.ul, .class("chips"), .id("chips"), .aria("label", words("附件", "Attachments")))
            tag(.template, .id("chip")) {
                tag(.li) {
                    tag(.button, .type("button"), .title(words("移除", "Remove"))) {
                        tag(.span, .data("text", ""))
                        tag(.b, .class("vh")) { words("移除", "Remove") }
                        " ×"
                    }
                }
            }
            tag(.label, .class("vh"), .for("text"), key("c")) { words("输入消息", "Message") }
            tag(
                .textarea, .id("text"), .name("text"), .plain(.enterkeyhint, "send"), .aria("autocomplete", "list"),
                .aria("controls", "offered"), .placeholder(words("输入消息，/ 唤出命令", "Write a message, / for commands")))
            offered
            tag(.div, .class("cf")) {
                tag(.span, .id("hint")) { hint }
                tag(.span, .id("sayerror"), .class("no"), .role("alert"), .hidden)
                tag(.button, .class("b", "p")) { words("发送", "Send") }
            }
        }
    }

    /// Words that whoever answers here is known to understand.
    @HTMLBuilder private var offers: HTML {
        let offers = viewer.chat.map { roster.offers(in: $0) } ?? []
        if !offers.isEmpty {
            tag(.div, .class("offers"), .role("group"), .aria("label", words("试试", "Try"))) {
                tag(.span) { words("试试", "Try") }
                for offer in offers {
                    let text = words(offer.chinese, offer.english)
                    tag(.button, .name("text"), .value(text)) { text }
                }
            }
        }
    }

    private var hint: String {
        if case .group = viewer.chat {
            return words("不 @ 机器人，它听不见 · Enter 发送", "Bots hear what calls them with @ · Enter sends")
        }
        return words("Enter 发送 · Shift+Enter 换行 · 文件可拖入", "Enter sends · Shift+Enter breaks the line · drop files here")
    }

    private var tools: HTML {
        tag(.div, .class("tools")) {
            pick("image/jpeg,image/png", .img, words("图片", "Picture"))
            pick("", .file, words("文件", "File"))
            voice
            if case .app = viewer.chat {
                // In another form: a place takes neither words nor files along.
                tag(
                    .button, .class("b", "q", "ic", "hide-s"), .form("enter"), .formAction("/act/place"),
                    .aria("label", words("位置", "Place"))
                ) {
                    Icon.pin.drawn()
                }
            }
            if case .group = viewer.chat {
                tag(
                    .button, .type("button"), .class("b", "q", "ic"), .data("fill", "@"),
                    .aria("label", words("@ 机器人或成员", "Call a bot or somebody"))
                ) { Icon.at.drawn() }
            }
            tag(.span, .class("cm")) {
                for (command, _) in commands.prefix(3) {
                    tag(.button, .name("text"), .value(command)) { command }
                }
            }
        }
    }

    private var voice: HTML {
        tag(
            .button, .type("button"), .class("b", "q", "ic"), .plain(.popovertarget, "voice"),
            .aria("label", words("语音", "Voice"))
        ) { Icon.mic.drawn() }
    }

    /// The menu for a recording, over the button that opens it.
    private var recording: HTML {
        tag(
            .div, .id("voice"), .class("pop"), .plain(.popover, "auto"), .role("dialog"),
            .aria("label", words("语音", "Voice"))
        ) {
            tag(.label) {
                words("秒", "Seconds")
                tag(.input, .type("range"), .name("seconds"), .plain(.min, "1"), .plain(.max, "60"), .value("6"))
            }
            tag(.button, .class("b"), .formAction("/act/voice")) {
                words("发送语音（文字为识别结果）", "Send (the text is what is heard)")
            }
        }
    }

    /// The commands that a router knows unless it is told otherwise, with what each does.
    private var commands: [(String, String)] {
        [
            ("/status", words("进展如何", "how far it is")), ("/stop", words("停止", "stop")),
            ("/new", words("新的会话", "begin anew")), ("/queue", words("等待中的消息", "messages that wait")),
            ("/retry", words("再来一次", "once more")), ("/help", words("有哪些命令", "which commands there are")),
        ]
    }

    /// The commands and people that `/` and `@` stand for here: the page's script shows those that fit what is being typed.
    private var offered: HTML {
        let offered = commands + called
        return tag(
            .ul, .id("offered"), .class("offered"), .role("listbox"), .hidden,
            .aria("label", words("命令与成员", "Commands and people"))
        ) {
            for (index, offer) in offered.enumerated() {
                tag(.li, .id("o\(index)"), .role("option"), .aria("selected", "false"), .data("fill", offer.0)) {
                    offer.0
                    tag(.small) { offer.1 }
                }
            }
        }
    }

    /// Those whom one may call in a group: its bots first.
    private var called: [(String, String)] {
        guard case .group(let id) = viewer.chat, let group = roster.group(id) else { return [] }
        let bots = group.bots.compactMap { roster.bot($0) }.map { ("@\($0.name) ", words("智能机器人", "AI bot")) }
        let members = group.members.filter { $0 != viewer.member.user }.compactMap { roster.member($0, of: group.corp) }
        return bots + members.map { ("@\($0.name) ", $0.department) }
    }

    private func pick(_ accepted: String, _ icon: Icon, _ name: String) -> HTML {
        tag(.label, .class("b", "q", "ic"), .title(name)) {
            icon.drawn()
            tag(.span, .class("vh")) { name }
            tag(
                .input, .class("vh"), .type("file"), .name("file"), .multiple,
                accepted.isEmpty ? nil : .plain(.accept, accepted))
        }
    }
}
