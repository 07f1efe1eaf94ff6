import HTML
import Pages
import Simulator
import Text
import WeCom

/// The content of a bubble, or what stands in the place of one.
struct BubbleView {
    let entry: ChatEntry
    let words: Language
    let view: BenchView

    var html: HTML {
        switch entry.content {
        case .said(let said): html(said.words)
        case .sent(let message): html(message)
        case .shown(let bubble): html(bubble)
        }
    }

    // MARK: A person's

    private func html(_ said: Said.Words) -> HTML {
        switch said {
        case .text(let text): tag(.div, .class("bub", "tx")) { called(text) }
        case .file(let media): file(media.kind, media.name, media.size)
        case .voice(_, let seconds, let recognition): voice(seconds, recognition)
        case .place(let place):
            tag(.div, .class("filem")) {
                tag(.div) {
                    tag(.b) { place.label ?? "" }
                    tag(.small) { "\(place.coordinates.latitude), \(place.coordinates.longitude)" }
                }
                tag(.span, .class("x", "a2"), .ariaHidden) { Icon.pin.drawn() }
            }
        case .other(let type): tag(.div, .class("bub")) { "[\(type)]" }
        }
    }

    /// A text of a group, where those who are called stand out.
    private func called(_ text: String) -> HTML {
        guard case .group(let id) = view.viewer.chat, let group = view.roster.group(id) else { return HTML(text) }
        let names =
            group.bots.compactMap { view.roster.bot($0)?.name }
            + group.members.compactMap { view.roster.member($0, of: group.corp)?.name }
        let marks = names.flatMap { name in Needle("@\(name)").ranges(in: text.utf8, atMost: 16) }
        var (html, end) = (HTML.empty, 0)
        let bytes = Array(text.utf8)
        for mark in marks.sorted(by: { $0.lowerBound < $1.lowerBound }) where mark.lowerBound >= end {
            html.append(HTML(String(decoding: bytes[end..<mark.lowerBound], as: UTF8.self)))
            html.append(tag(.span, .class("at")) { String(decoding: bytes[mark], as: UTF8.self) })
            end = mark.upperBound
        }
        return html + HTML(String(decoding: bytes[end...], as: UTF8.self))
    }

    private func voice(_ seconds: Int, _ recognition: String?) -> HTML {
        tag(.div, .class("bub", "voice", "v\(min(seconds / 10, 5))")) {
            tag(.a, .class("play"), .href("/sound/\(entry.id)"), .data("play", "")) {
                Icon.play.drawn()
                tag(.span, .class("n")) { words("语音 ", "Voice ").asHidden + HTML("\(seconds)″") }
            }
            if let recognition { tag(.span, .class("heard")) { recognition } }
        }
    }

    private func file(_ kind: FakeMedia.Kind, _ name: String, _ size: Int) -> HTML {
        if kind == .image { return picture(0, name) }
        if kind == .voice, let length = view.playground.length(ofVoice: entry) {
            return voice(max(1, Int(length.components.seconds)), nil)
        }
        let ending = name.pieces { $0 == UInt8(ascii: ".") }.dropFirst().last.map {
            String($0).cut(toBytes: 4, mark: "")
        }
        return tag(.a, .class("filem"), .href("/media/\(entry.id)/0")) {
            tag(.div) {
                tag(.b) { tag(.bdi) { name } }
                tag(.small) { sizeText(size) }
            }
            tag(.span, .class("x", kind == .video ? "a6" : "a0"), .ariaHidden) {
                kind == .video ? "▶" : kind == .voice ? "♪" : (ending ?? "…")
            }
        }
    }

    /// A picture, and the same again as large as the window lets it be, for a press on it.
    private func picture(_ number: Int, _ name: String) -> HTML {
        let (address, large) = ("/media/\(entry.id)/\(number)", "large-\(entry.id)-\(number)")
        let text = words("图片：\(name)", "picture: \(name)")
        return tag(.button, .type("button"), .class("picl"), .plain(.popovertarget, large)) {
            tag(.img, .class("pic"), .src(address), .plain(.alt, text))
        }
            + tag(.div, .id(large), .class("large"), .plain(.popover, "auto")) {
                tag(.img, .src(address), .plain(.alt, text), .plain(.loading, "lazy"))
            }
    }

    private func sizeText(_ size: Int) -> String {
        size < 1024 ? "\(size) B" : size < 1 << 20 ? "\(size / 1024) KB" : "\((size * 10) >> 20) MB".withPoint
    }

    // MARK: An app's

    private func html(_ message: SentMessage) -> HTML {
        switch message.content {
        case .text(let text): return tag(.div, .class("bub", "tx")) { HTML.appText(text) }
        case .markdown(let text): return tag(.div, .class("bub", "md")) { MarkdownView(ofApp: text).html }
        case .media(let media, let title, let text):
            return file(media.kind, title ?? media.name, media.size)
                + (text.map { text in tag(.small) { text } } ?? .empty)
        case .textCard(let article): return articles([article]) { HTML.textCard($0) }
        case .miniProgram(let article): return articles([article])
        case .articles(let list): return articles(list)
        case .card:
            guard let card = view.wecom.card(of: message, seenBy: view.viewer.member.user) else { return .empty }
            return CardView(card: card, entry: entry, words: words, identity: view.identity).html
        }
    }

    private func articles(_ list: [FakeArticle], _ html: (String) -> HTML = { HTML($0) }) -> HTML {
        tag(.div, .class("card")) {
            for article in list {
                tag(.div, .class("tt")) {
                    tag(.b) { article.title }
                    if let text = article.description { tag(.p) { html(text) } }
                }
            }
            if let first = list.first, let address = first.url {
                tag(.div, .class("jp")) {
                    MarkdownView.link(to: address) {
                        tag(.span) { first.button ?? words("详情", "Open") }
                        Icon.right.drawn(.small)
                    }
                }
            }
        }
    }

    // MARK: A bot's

    private func html(_ bubble: Bubble) -> HTML {
        if let fault = bubble.fault {
            return tag(.p, .class("sys", "bad")) {
                words("企业微信没有显示这条回答：\(fault)", "WeCom showed nothing of this answer: \(fault)")
            }
        }
        if let notice = bubble.notice { return tag(.p, .class("sys", "bad")) { notice } }
        return bubble.pictures.indices.map { picture($0, "\($0 + 1)") }.reduce(
            spoken(bubble), +)
            + (bubble.file.map { file(FakeMedia.Kind(rawValue: $0.kind.rawValue) ?? .file, $0.name, $0.size) } ?? .empty)
            + ((entry.card ?? bubble.card).map { json in
                CardView(card: FakeCard(json), entry: entry, words: words, identity: view.identity).html
            } ?? .empty)
    }

    private func spoken(_ bubble: Bubble) -> HTML {
        guard bubble.file == nil, bubble.card == nil || !bubble.text.isEmpty else { return .empty }
        let speech = BotSpeech(bubble.text)
        let isFrozen = entry.isOver && !bubble.isFinished
        return tag(.div, .class("bub", "md", bubble.isFinished || isFrozen ? "" : "grows")) {
            thoughts(speech, isOver: bubble.isFinished || isFrozen)
            MarkdownView(ofBot: speech.words).html
            if isFrozen {
                tag(.p, .class("comment")) { words("六分钟已过，不再更新", "six minutes are over: it does not change any more") }
            }
        }
    }

    /// The time that the thoughts took, as of a bot that was seen to have them.
    private var seconds: String {
        entry.thought.map { words(" \($0.components.seconds) 秒", " for \($0.components.seconds) s") } ?? ""
    }

    @HTMLBuilder private func thoughts(_ speech: BotSpeech, isOver: Bool) -> HTML {
        if let thoughts = speech.thoughts, thoughts.hasWords {
            tag(.details, .class("think"), .id("think-\(entry.id)")) {
                tag(.summary) {
                    Icon.think.drawn(.small, speech.isThinking && !isOver ? "spin" : "")
                    speech.isThinking ? words("正在思考…", "thinking…") : words("已思考", "thought") + seconds
                }
                tag(.p) { thoughts }
            }
        } else if !isOver, !speech.words.hasWords {
            tag(.p, .class("think")) {
                Icon.think.drawn(.small, "spin")
                " "
                words("正在思考…", "thinking…")
            }
        }
    }
}

extension String {
    /// Read out and not seen.
    fileprivate var asHidden: HTML { tag(.span, .class("vh")) { self } }

    /// Tenths of a number: `182 MB` as `18.2 MB`.
    fileprivate var withPoint: String {
        guard let (digits, unit) = cut(around: " "), let number = Int(digits) else { return self }
        return "\(number / 10).\(number % 10) \(unit)"
    }
}
