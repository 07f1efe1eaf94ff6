import JSON

extension Happening {
    /// The text that a person at a terminal reads of it, several lines perhaps.
    package var shown: String {
        switch self {
        case .delivered(let message): message.shown
        case .recalled(let message, _): "（已撤回：\(message.shown.prefix { $0 != "\n" })）"
        case .updated(let update):
            switch update.change {
            case .buttonsRenamed(let name): "（卡片已更新：[\(name)]）"
            case .replaced(let card): "（卡片已更新）\n\(card.shown)"
            }
        }
    }
}

extension SentMessage {
    /// The text as a chat window without pictures would show it.
    package var shown: String {
        switch content {
        case .text(let text), .markdown(let text): text
        case .media(let media, let title, let description):
            ([media.shown] + [title, description].compactMap { $0 }).joined(separator: "\n")
        case .textCard(let article), .miniProgram(let article): article.shown
        case .articles(let articles): articles.map(\.shown).joined(separator: "\n")
        case .card(let card): card.shown
        }
    }
}

extension FakeMedia {
    fileprivate var shown: String { kind.shown(name, size: size) }
}

extension FakeMedia.Kind {
    /// The line that stands for a file of this kind.
    func shown(_ name: String, size: Int) -> String {
        let word =
            switch self {
            case .image: "图片"
            case .voice: "语音"
            case .video: "视频"
            case .file: "文件"
            }
        return "[\(word)] \(name)（\(size < 1024 ? "\(size) B" : "\(size >> 10) KB")）"
    }
}

extension FakeArticle {
    fileprivate var shown: String {
        ["【\(title)】", description, url].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: "\n")
    }
}

extension FakeCard {
    /// The words of the card, its questions with the ids of their options, and what can be pressed, numbered.
    package var shown: String {
        var lines = ["【\(title)】"]
        if let text = json["main_title"]?["desc"]?.string { lines.append(text) }
        if let text = json["sub_title_text"]?.string, text != title { lines.append(text) }
        for row in json["horizontal_content_list"]?.array ?? [] { lines.append(row.line("keyname", "value")) }
        for row in json["vertical_content_list"]?.array ?? [] { lines.append(row.line("title", "desc")) }
        for jump in json["jump_list"]?.array ?? [] { lines.append("› \(jump["title"]?.string ?? "")") }
        if let url = json["card_action"]?["url"]?.string { lines.append(url) }
        for question in questions {
            let options = question.options.map { "\($0.id)=\($0.text)" }
            lines.append("\(question.title)（\(options.joined(separator: "、"))）")
        }
        let choices =
            pressable.enumerated().map { "\($0 + 1)[\($1.text)]" } + [ending.map { "[\($0)]" }].compactMap { $0 }
        if !choices.isEmpty { lines.append(choices.joined(separator: "  ")) }
        return lines.joined(separator: "\n")
    }

    /// Buttons and the entries of the menu, in the order of the numbers by which they are pressed.
    package var pressable: [Button] { buttons + menu }
}

extension JSONValue {
    fileprivate func line(_ name: String, _ value: String) -> String {
        "\(self[name]?.string ?? "")：\(self[value]?.string ?? "")"
    }
}
