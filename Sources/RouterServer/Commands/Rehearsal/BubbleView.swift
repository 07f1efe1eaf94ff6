import Router
import Simulator
import System
import WeCom

/// Shows at a console what bots say: while it grows, where the terminal can be drawn over, and else when it is whole.
final class BubbleView: Sendable {
    private let cast: Cast
    private let moments: SpokenMoments
    private let console: Console
    private let indent: String
    private let language: World.Language
    private let ended = Lock(0)

    init(_ cast: Cast, _ moments: SpokenMoments, on console: Console, indent: String, _ language: World.Language) {
        self.cast = cast
        self.moments = moments
        self.console = console
        self.indent = indent
        self.language = language
    }

    /// The number of bubbles that change no more.
    var count: Int { ended.withLock { $0 } }

    func show(_ bubble: Bubble, isLast: Bool) {
        guard isLast else { return console.grow(bubble.id, "\(head(of: bubble, " …"))\n\(bubble.shown(in: language))") }
        let wait = moments.wait(of: .bot(bubble.bot), until: .now).map { " after \($0.short)" } ?? ""
        console.finish(bubble.id, "\(head(of: bubble, wait))\n\(bubble.shown(in: language))\n")
        ended.withLock { $0 += 1 }
    }

    private func head(of bubble: Bubble, _ wait: String) -> String {
        let name = cast.role(of: .bot(bubble.bot))?.name ?? bubble.bot.text
        let place = if case .group = bubble.chat { " in the group" } else { "" }
        return "\(indent)← \(name)\(place)\(wait)"
    }
}
