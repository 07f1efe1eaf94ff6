/// Decides how people are asked.
struct AskingRules: Sendable {
    let app: App
    let time: Duration

    var texts: ChatTexts { app.texts }

    func style(of question: Question, to target: ReplyAddress.Target) -> AskedQuestion.Style {
        let mayBeCard = app.speech.asksWithCards(to: target) && app.conduct.questions != .text
        return mayBeCard && AskedQuestion.fitsCard(question) ? .card : .text
    }
}
