import Text
import WeCom

extension App {
    /// The parts that tell of a failure, with a card below the first by which the person begins a fresh session: where they are
    /// alone with what failed, and cards can speak for them.
    package func offeringToStartOver(_ parts: [Part]) -> [Part] {
        guard var first = parts.first, case .user = first.address.target, let card = startOver else { return parts }
        first.card = card
        return [first] + parts.dropFirst()
    }

    private var startOver: TemplateCard? {
        guard speech.cardsSpeak, texts.startOver.hasWords, texts.startOverLine.hasWords,
            let word = conduct.commands.newWord
        else { return nil }
        return .notice(
            title: texts.startOver, jumps: [.question(word, title: texts.startOverLine)],
            opening: TemplateCard.homepage)
    }
}
