package import Router
import System
import Text
import WeCom

/// The state of a reply that shows while it is written, as WeCom gets it whenever it asks. A look at it writes nothing, but for
/// the one that shows a card, so that no other shows it again, and the first that shows an answer's end, which then goes by no other
/// way: both are noted before.
package struct StreamView: Sendable {
    private let store: any StreamStore
    private let turns: RunningTurns
    private let pictures: ShownPictures

    package init(store: any StreamStore, turns: RunningTurns, pictures: ShownPictures) {
        self.store = store
        self.turns = turns
        self.pictures = pictures
    }

    /// The first frame of a reply that has just been begun.
    func opening(_ id: String) -> StreamFrame { .opening(id) }

    /// The frame of a reply as it is at `now`, for whoever looks again and again. `known` is what the look before found.
    ///
    /// As long as the turn that answers runs here, it says all that is new: the store is asked before it and after its end. So
    /// this is for a reply to which nobody adds words of ours meanwhile.
    ///
    /// What is not known, or will say no more, ends: WeCom would show an open reply as waiting for minutes.
    func frame(
        of id: String, to bot: App, at now: Timestamp, knowing known: inout StoredStream?
    ) async throws -> StreamFrame {
        if known?.job.flatMap({ turns.feed(of: $0) }) == nil { known = try await store.stream(id) }
        guard let stream = known, stream.endpoint == bot.endpoint else { return .closing(id, "") }
        return await shown(stream, id, to: bot, at: now)
    }

    /// The reply as it is at `now`, with the card below it in the one look that is to show it.
    ///
    /// A question is of no use below what has ended. Any other card is one that ends it. Another bot's stream is as one that never
    /// was.
    func reply(of id: String, to bot: App, at now: Timestamp) async throws -> BotReply {
        guard let stream = try await store.stream(id), stream.endpoint == bot.endpoint else {
            return .stream(.closing(id, ""))
        }
        let frame = try await noted(await shown(stream, id, to: bot, at: now), of: stream)
        guard let card = stream.card, frame.isFinished == (card.taskID == nil),
            // Where that cannot be noted, the next look shows it.
            (try? await store.takeCard(below: id)) == true
        else { return .stream(frame) }
        return .streamWithCard(frame, card)
    }

    /// The frame once it is noted that WeCom is given the end.
    private func noted(_ frame: StreamFrame, of stream: StoredStream) async throws -> StreamFrame {
        if frame.isFinished, stream.isUntaken { try await store.noteTaken(frame.id) }
        return frame
    }

    /// The frame with the pictures that stand below its end.
    private func shown(_ stream: StoredStream, _ id: String, to bot: App, at now: Timestamp) async -> StreamFrame {
        let frame = frame(of: stream, id, to: bot, at: now)
        guard frame.isFinished, !stream.pictures.isEmpty else { return frame }
        return await pictures.frame(closing: id, frame.content, showing: stream.pictures)
            ?? .running(id, frame.content)
    }

    private func frame(of stream: StoredStream, _ id: String, to bot: App, at now: Timestamp) -> StreamFrame {
        if let text = stream.text { return .closing(id, whole(text, below: stream.said ?? "")) }
        guard now.since(stream.openedAt) < StoredStream.life else {
            return .closing(id, text(of: stream, to: bot, above: bot.texts.streamMoved))
        }
        if stream.isOver, now.since(stream.openedAt) >= StreamView.leastLife {
            return .closing(id, text(of: stream, to: bot, above: lastWords(of: stream, bot.texts)))
        }
        let soFar = text(of: stream, to: bot)
        return .running(id, soFar.isEmpty ? StreamFrame.thinking : soFar)
    }

    /// An answer of our own is stored a moment after its message.
    private static let leastLife = Duration.seconds(2)

    /// Our own words below what ends without any of an answer's. Pictures are an answer, and what we have said is enough.
    private func lastWords(of stream: StoredStream, _ texts: ChatTexts) -> String {
        guard stream.pictures.isEmpty else { return "" }
        let isSaid = stream.said?.hasWords == true
        return switch stream.ending {
        case .withAnother: texts.answeredTogether
        case .cancelled: isSaid ? "" : texts.stopped
        // Its answer is files, which stand for themselves. Some clients wait for ever where a bubble ends with nothing in it.
        case .itsOwn: isSaid ? "" : "✓"
        case nil: ""
        }
    }

    /// All that is shown so far above a notice of ours. The turn has the room that is left beside our own words.
    private func text(of stream: StoredStream, to bot: App, above notice: String = "") -> String {
        let said = stream.said ?? ""
        var room = BotReply.maxTextBytes
        for words in [said, notice] where words.hasWords { room -= words.utf8.count + StreamView.gap.utf8.count }
        let turn = stream.job.flatMap { turns.feed(of: $0)?.snapshot }
        let soFar =
            turn.map { bot.conduct.shows.text(of: $0, within: max(0, room)) }
            ?? stream.soFar?.cut(toBytes: max(0, room))
        return joined(said, soFar ?? "", notice)
    }

    /// The answer below what we said ourselves, as in a chat of messages; the answer alone where there is no room for both.
    private func whole(_ text: String, below said: String) -> String {
        let whole = joined(said, text)
        return whole.utf8.count <= BotReply.maxTextBytes && text.hasWords ? whole : text
    }

    private func joined(_ texts: String...) -> String {
        texts.filter(\.hasWords).joined(separator: StreamView.gap)
    }

    private static let gap = "\n\n"
}
