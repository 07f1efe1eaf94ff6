import Text

/// A bot's text, taken apart: thoughts that it shows while it has them, and the words.
struct BotSpeech {
    let thoughts: String?
    let isThinking: Bool
    let words: String

    init(_ text: String) {
        guard let rest = text.after("<think>") else {
            (thoughts, isThinking, words) = (nil, false, text)
            return
        }
        if let (thoughts, words) = rest.cut(around: "</think>") {
            (self.thoughts, isThinking) = (String(thoughts), false)
            self.words = String(words.withoutSpaceAtStart)
        } else {
            (thoughts, isThinking, words) = (String(rest), true, "")
        }
    }
}
