package import JSON
import Text

// How questions are written in a store, the same in each: with all that is needed to show how they ended.

extension AskedQuestion {
    package var json: JSONValue {
        .object([
            .init("title", .string(question.title)),
            .init("detail", question.detail.map(JSONValue.string) ?? .null),
            .init("many", .bool(question.allowsMany)),
            .init("language", .string(texts.language.rawValue)),
            .init(
                "options",
                .array(
                    question.options.map {
                        ["id": .string($0.id), "label": .string($0.label), "style": .string($0.style.rawValue)]
                    })),
            .init(
                "texts",
                .object(AskedQuestion.keptTexts.map { .init($0.name, .string(texts[keyPath: $0.text])) })),
            .init("limit", .integer(Int64(limit))),
        ])
    }

    package init?(json: JSONValue, key: String?, to address: ReplyAddress, as style: Style) {
        guard let title = json["title"]?.string, let written = json["options"]?.array else { return nil }
        let options = written.compactMap { option -> Question.Option? in
            guard let id = option["id"]?.string, let label = option["label"]?.string else { return nil }
            let style = option["style"]?.string.flatMap(Question.Option.Style.init) ?? .plain
            return Question.Option(id, label, style: style)
        }
        guard options.count == written.count else { return nil }
        var texts = ChatTexts()
        texts.language = json["language"]?.string.flatMap(ChatTexts.Language.init) ?? .chinese
        for (name, text) in AskedQuestion.keptTexts { texts[keyPath: text] = json["texts"]?[name]?.string ?? "" }
        let question = Question(
            title, detail: json["detail"]?.string, options: options, allowsMany: json["many"]?.bool ?? false, key: key)
        // Rows of before it was kept have none.
        let limit = json["limit"]?.integer.flatMap { Int(exactly: $0) } ?? Speech.leastLimit
        self.init(question, to: address, as: style, saying: texts, limit: max(limit, Speech.leastLimit))
    }

    private static let keptTexts: [(name: String, text: any WritableKeyPath<ChatTexts, String> & Sendable)] = [
        ("hint", \.questionHint), ("hint_many", \.questionHintMany), ("answered", \.questionAnswered),
        ("expired", \.questionExpired), ("withdrawn", \.questionWithdrawn), ("lapsed", \.questionLapsed),
        ("over", \.questionOver),
    ]
}

extension AskedQuestion {
    /// Puts in words what is shown in place of the options once it is over.
    package func words(for ending: QuestionEnding) -> String {
        switch ending {
        case .answered(let places, _):
            let labels = places.filter(question.options.indices.contains).map { question.options[$0].label }
            return texts.questionAnswered.filled(["choice": labels.joined(separator: texts.listSeparator)])
        case .expired: return texts.questionExpired
        case .withdrawn: return texts.questionWithdrawn
        case .lapsed: return texts.questionLapsed
        }
    }

    /// Puts in words what somebody is told who answers when it is over.
    package func lateWords(after ending: QuestionEnding) -> String {
        texts.questionOver.filled(["state": words(for: ending)])
    }

    /// The places of the options that a text chooses, by numbers or by the words on them; nil for any other text.
    package func choice(in text: String) -> [Int]? {
        let words = ChatCommands.folded(text)
        let whole = words.words.joined(separator: " ")
        let labelled = question.options.firstIndex { ChatCommands.folded($0.label).isSame(as: whole) }.map { [$0] }
        // A text numbers its options, and asks for the number; a card shows what is on its buttons alone.
        return style == .card ? labelled ?? numbered(in: words) : numbered(in: words) ?? labelled
    }

    private func numbered(in words: String) -> [Int]? {
        let parts = words.scalarPieces { $0.isSpace || ",，、;；.".unicodeScalars.contains($0) }
        let places = parts.map { ChatCommands.number(String($0)).map { $0 - 1 } }
        guard !places.isEmpty, places.count == 1 || question.allowsMany else { return nil }
        let chosen = places.compactMap { place in place.flatMap { question.options.indices.contains($0) ? $0 : nil } }
        return chosen.count == places.count ? Array(Set(chosen)).sorted() : nil
    }
}
