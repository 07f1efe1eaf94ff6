import Lanes
import Router

extension Speech {
    static let app = AppLane.speech

    /// The speech that a bot may have: long messages with all of Markdown and a reply that shows while it grows, but no cards
    /// and no files.
    static let bot: Speech = {
        var speech = Speech(limit: 20_480)
        speech.markdown = .full
        speech.signs = .stream
        return speech
    }()
}
