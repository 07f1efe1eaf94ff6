import HTML
import Pages

extension BenchView {
    /// The place where one writes, with the files that go along.
    var composer: HTML {
        tag(
            .form, .class("comp"), .id("composer"), .post, .multipart, .action("/act/say"),
            .data("most", "\(DroppedFile.mostBytes)"),
            .data("large", words("文件超过 20 MB，企业微信不收", "The file is larger than 20 MB: WeCom takes no such")),
            .data("lost", words("没有连接，文字还在", "No connection: what you wrote is still here"))
        ) {
            identity
            offers
            tools
            tag(.ul, .class("chips"), .id("chips"), .aria("label", words("附件", "Attachments")), .hidden)
            tag(.label, .class("vh"), .for("text")) { words("输入消息", "Message") }
            tag(
                .textarea, .id("text"), .name("text"), .plain(.enterkeyhint, "send"),
                .placeholder(words("输入消息，/ 唤出命令", "Write a message, / for commands")))
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
                    tag(.button, .type("button"), .class("fill", "now"), .data("fill", text)) { text }
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
            tag(.details, .class("menu", "vo")) {
                tag(.summary, .class("b", "q", "ic"), .aria("label", words("语音", "Voice"))) { Icon.mic.drawn() }
                tag(.div, .class("pop")) {
                    tag(.label) {
                        words("秒", "Seconds")
                        tag(
                            .input, .type("range"), .name("seconds"), .plain(.min, "1"), .plain(.max, "60"), .value("6")
                        )
                    }
                    tag(.button, .class("b"), .formAction("/act/voice")) {
                        words("发送语音（文字为识别结果）", "Send (the text is what is heard)")
                    }
                }
            }
            if case .app = viewer.chat {
                tag(
                    .button, .class("b", "q", "ic", "hide-s"), .formAction("/act/place"),
                    .aria("label", words("位置", "Place"))
                ) {
                    Icon.pin.drawn()
                }
            }
            if case .group(let id) = viewer.chat {
                callBots(roster.group(id)?.bots.compactMap { roster.bot($0)?.name } ?? [])
            }
            tag(.span, .class("cm")) {
                for command in ["/status", "/stop", "/new"] {
                    tag(.button, .type("button"), .class("fill", "now"), .data("fill", command)) { command }
                }
            }
        }
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

    private func callBots(_ names: [String]) -> HTML {
        tag(.details, .class("menu")) {
            tag(.summary, .class("b", "q", "ic"), .aria("label", words("@ 机器人", "Call a bot"))) { Icon.at.drawn() }
            tag(.div, .class("pop")) {
                for name in names {
                    tag(.button, .class("b", "q", "fill"), .type("button"), .data("fill", "@\(name) ")) { "@\(name)" }
                }
            }
        }
    }
}
