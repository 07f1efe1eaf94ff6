import JSON

extension Happening {
    package var shown: String { shown(in: .chinese) }

    /// The text that a person at a terminal reads of it, several lines perhaps.
    package func shown(in language: World.Language) -> String {
        switch self {
        case .delivered(let message): return message.shown(in: language)
        case .recalled(let message, _):
            let line = message.shown(in: language).prefix { $0 != "\n" }
            return language("（已撤回：\(line)）", "(recalled: \(line))")
        case .updated(let update):
            switch update.change {
            case .buttonsRenamed(let name): return language("（卡片已更新：[\(name)]）", "(card updated: [\(name)])")
            case .replaced(let card): return language("（卡片已更新）", "(card updated)") + "\n\(card.shown)"
            }
        }
    }
}

extension SentMessage {
    package var shown: String { shown(in: .chinese) }

    /// The text as a chat window without pictures would show it.
    func shown(in language: World.Language) -> String {
        switch content {
        case .text(let text), .markdown(let text): text
        case .media(let media, let title, let description):
            ([media.shown(in: language)] + [title, description].compactMap { $0 }).joined(separator: "\n")
        case .textCard(let article), .miniProgram(let article): article.shown
        case .articles(let articles): articles.map(\.shown).joined(separator: "\n")
        case .card(let card): card.shown
        }
    }
}

extension FakeMedia {
    fileprivate func shown(in language: World.Language) -> String { kind.shown(name, size: size, in: language) }
}

extension FakeMedia.Kind {
    /// The line that stands for a file of this kind.
    func shown(_ name: String, size: Int, in language: World.Language) -> String {
        let word =
            switch self {
            case .image: language("图片", "picture")
            case .voice: language("语音", "voice")
            case .video: language("视频", "video")
            case .file: language("文件", "file")
            }
        let amount = size < 1024 ? "\(size) B" : "\(size >> 10) KB"
        return "[\(word)] \(name)" + language("（\(amount)）", " (\(amount))")
    }
}

extension World.Language {
    /// The one of two texts that is in it.
    func callAsFunction(_ chinese: String, _ english: String) -> String { self == .chinese ? chinese : english }
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
