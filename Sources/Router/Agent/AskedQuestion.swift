/// A question as it is put to a person.
package struct AskedQuestion: Sendable, Equatable {
    package let question: Question
    package let address: ReplyAddress
    package let style: Style
    /// The texts around it, and once it is over.
    package let texts: ChatTexts
    /// The bytes that one message holds where it is put.
    package let limit: Int

    package enum Style: Sendable, Equatable {
        /// A card with buttons.
        case card
        /// Numbers to answer with.
        case text
    }

    package init(
        _ question: Question, to address: ReplyAddress, as style: Style, saying texts: ChatTexts, within speech: Speech
    ) {
        self.init(question, to: address, as: style, saying: texts, limit: speech.limit)
    }

    package init(
        _ question: Question, to address: ReplyAddress, as style: Style, saying texts: ChatTexts, limit: Int
    ) {
        self.question = question
        self.address = address
        self.style = style
        self.texts = texts
        self.limit = limit
    }

    /// The same question, with numbers to answer with.
    package var inWords: AskedQuestion {
        AskedQuestion(question, to: address, as: .text, saying: texts, limit: limit)
    }
}
