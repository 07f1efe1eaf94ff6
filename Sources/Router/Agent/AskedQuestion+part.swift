import Text
package import WeCom

// How a question looks to a person.

extension AskedQuestion {
    /// The message that puts it: a card with a button for each option, or a text that numbers them.
    package func part(_ id: QuestionID, as style: Style) -> Part {
        switch style {
        case .card: Part(to: address, .message(.templateCard(card(id.description))))
        case .text: Part(to: address, text)
        }
    }

    /// Makes the message for somebody who answers when it is over; nil when that is off.
    package func latePart(after ending: QuestionEnding) -> Part? {
        Part(to: address, saying: lateWords(after: ending).cut(toBytes: limit))
    }

    /// True if a card shows all of it: nobody is to agree to what they cannot see.
    package static func fitsCard(_ question: Question) -> Bool {
        !question.allowsMany && question.options.count <= Question.maxButtons
            && fits(question.title, longestTitle) && fits(question.detail ?? "", longestSubtitle)
            && question.options.allSatisfy { fits($0.label, longestLabel) }
    }

    private static func fits(_ text: String, _ count: Int) -> Bool { cut(text, count).isSame(as: text) }

    /// In characters as people see them, with four bytes for each.
    private static let longestTitle = 60
    private static let longestSubtitle = 160
    private static let longestLabel = 20

    /// A button's key is the place of its option, from 1 on: what an agent calls an option is nobody's business.
    private func card(_ task: String) -> TemplateCard {
        let buttons = question.options.enumerated().map { place, option in
            TemplateCard.Button(
                cut(option.label, AskedQuestion.longestLabel), style: option.style.look, key: String(place + 1))
        }
        return .buttons(
            buttons, title: cut(question.title, AskedQuestion.longestTitle),
            subtitle: question.detail.map { cut($0, AskedQuestion.longestSubtitle) }, taskID: task)
    }

    /// The question in words, as much of it as one message holds: the options and the title first, each in its share.
    private var text: String {
        let count = max(1, question.options.count)
        let longestLabel = min(share(15), max(share(5), share(60) / count))
        let options = question.options.enumerated().map { place, option in
            "\(place + 1). \(option.label.cut(toCharacters: longestLabel, bytes: 3 * longestLabel))"
        }
        let hint = (question.allowsMany ? texts.questionHintMany : texts.questionHint).cut(toBytes: share(30))
        let title = question.title.cut(toCharacters: share(50), bytes: share(150))
        let rest = ([options.joined(separator: "\n")] + (hint.isEmpty ? [] : [hint])).map { "\n\n\($0)" }.joined()
        let room = limit - title.utf8.count - rest.utf8.count
        let detail = question.detail.map { text in
            // Where that is not all of it, its length.
            "\n\(text.cut(toBytes: room - 1, mark: texts.mark(ofCut: text.count)))"
        }
        return title + (detail ?? "") + rest
    }

    /// Counts the bytes in so many 512ths of a message.
    private func share(_ parts: Int) -> Int { limit * parts / 512 }
}

extension AskedQuestion {
    /// The card of that task with its buttons grey and how it ended on them, in answer to a press; nil where that is not to be
    /// said.
    package func card(_ task: String, showing ending: QuestionEnding) -> TemplateCard? {
        card(task).ended(saying: AskedQuestion.caption(words(for: ending)))
    }

    /// A card in the place of one whose question nobody knows any more, or was never put to who pressed it.
    package static func strangeCard(_ task: String, saying texts: ChatTexts) -> TemplateCard? {
        let words = texts.questionLapsed
        let title = cut(texts.questionOver.filled(["state": words]), longestTitle)
        let button = TemplateCard.Button(cut(words, longestLabel), style: .grey, key: "1")
        return TemplateCard.buttons([button], title: title.hasWords ? title : words, subtitle: nil, taskID: task)
            .ended(saying: caption(words))
    }

    /// As much of the words as a grey button shows.
    private static func caption(_ words: String) -> String { words.cut(toCharacters: 30, bytes: 120) }

    /// Greys the buttons of its card out, with how it ended on them; nil where that is not to be said.
    func update(showing ending: QuestionEnding, with responseCode: String) -> Part? {
        let words = words(for: ending)
        guard !words.isEmpty, case .user(let user) = address.target else { return nil }
        return Part(
            to: address,
            .cardUpdate(
                CardUpdate(
                    to: .user(user), responseCode: responseCode,
                    .button(replaceName: AskedQuestion.caption(words)))))
    }
}

extension Question.Option.Style {
    fileprivate var look: TemplateCard.Button.Style {
        switch self {
        case .encouraged: .blue
        case .plain: .grey
        case .dangerous: .red
        }
    }
}

/// At most so many characters, and four bytes for each.
private func cut(_ text: String, _ count: Int) -> String { text.cut(toCharacters: count, bytes: 4 * count) }
