import Markdown
import Pages
import Simulator
import Text
import WeCom

extension ChatEntry {
    /// A line that stands for it in a list.
    func gist(_ words: Language) -> String {
        switch content {
        case .said(let said): said.words.gist(words)
        case .sent(let message): message.gist(words)
        case .shown(let bubble): bubble.gist(words)
        }
    }

    /// True if somebody of that name is called in it.
    func mentions(_ name: String) -> Bool {
        guard case .said(let said) = content, case .text(let text) = said.words else { return false }
        return text.has("@\(name)")
    }
}

/// The first line of a text, short enough for a list.
private func line(_ text: String) -> String {
    (text.lines.first { $0.hasWords } ?? "").cut(toBytes: 120)
}

extension Said.Words {
    fileprivate func gist(_ words: Language) -> String {
        switch self {
        case .text(let text): line(text)
        case .file(let media): media.kind.gist(words) + " " + line(media.name)
        case .voice(_, let seconds, _): "\(FakeMedia.Kind.voice.gist(words)) \(seconds)″"
        case .place(let place): words("[位置] ", "[Place] ") + line(place.label ?? "")
        case .other(let type): "[\(type)]"
        }
    }
}

extension FakeMedia.Kind {
    func gist(_ words: Language) -> String {
        switch self {
        case .image: words("[图片]", "[Picture]")
        case .voice: words("[语音]", "[Voice]")
        case .video: words("[视频]", "[Video]")
        case .file: words("[文件]", "[File]")
        }
    }
}

extension SentMessage {
    fileprivate func gist(_ words: Language) -> String {
        switch content {
        case .text(let text): line(text)
        case .markdown(let text): line(Document(ofApp: text).plainText)
        case .media(let media, _, _): media.kind.gist(words) + " " + line(media.name)
        case .textCard(let article), .miniProgram(let article): line(article.title)
        case .articles(let articles): line(articles.first?.title ?? "")
        case .card(let card): words("[卡片] ", "[Card] ") + line(card.title)
        }
    }
}

extension Bubble {
    fileprivate func gist(_ words: Language) -> String {
        if fault != nil { return words("（未显示）", "(not shown)") }
        if let card { return words("[卡片] ", "[Card] ") + line(FakeCard(card).title) }
        if let file { return words("[文件] ", "[File] ") + line(file.name) }
        let spoken = BotSpeech(text)
        return spoken.words.hasWords ? line(Document(parsing: spoken.words).plainText) : words("正在输出…", "writing…")
    }
}
