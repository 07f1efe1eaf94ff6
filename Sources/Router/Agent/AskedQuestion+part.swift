import WeCom

// How a question looks to a person.

extension AskedQuestion {
    /// The message that puts it: a card with a button for each option, or a text that numbers them.
    package func part(_ id: QuestionID, as style: Style) -> Part {
        switch style {
        case .card: Part(to: address, .message(.templateCard(card(id))))
        case .text: Part(to: address, text)
        }
    }

    /// A button's key is the place of its option, from 1 on: what an agent calls an option is nobody's business.
    private func card(_ id: QuestionID) -> TemplateCard {
        let buttons = question.options.enumerated().map { place, option in
            ButtonInteraction.Button(cut(option.label, 20), style: option.style.number, key: String(place + 1))
        }
        return TemplateCard(
            .buttonInteraction(ButtonInteraction(buttons, subtitle: question.detail.map { cut($0, 400) })),
            title: .init(cut(question.title, 60)), taskID: id.description)
    }

    private var text: String {
        let options = question.options.enumerated().map { "\($0 + 1). \(cut($1.label, 60))" }
        let hint = question.allowsMany ? texts.questionHintMany : texts.questionHint
        let head = [cut(question.title, 200), question.detail.map { cut($0, 500) }].compactMap(\.self)
        return ([head.joined(separator: "\n"), options.joined(separator: "\n")] + (hint.isEmpty ? [] : [hint]))
            .joined(separator: "\n\n")
    }
}

extension Question.Option.Style {
    /// WeCom's number of the look: 1 blue, 2 grey, 3 red.
    fileprivate var number: Int64 {
        switch self {
        case .encouraged: 1
        case .plain: 2
        case .dangerous: 3
        }
    }
}

/// At most so many characters; WeCom's client shows less anyway.
private func cut(_ text: String, _ count: Int) -> String {
    text.count <= count ? text : text.prefix(count - 1) + "…"
}
