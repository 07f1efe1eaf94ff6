import JSON
import Pages
import Simulator
import System
import Text
import WeCom

// What happens in the simulated WeCom, and where it is then to be seen.

extension Playground {
    func watch() {
        wecom.wire.watch(bots: roster.bots.compactMap(\.webhook)) { [weak self] in self?.note($0) }
        wecom.transcript.watchBubbles { [weak self] in self?.note($0, isOver: $1) }
        wecom.faults.watch { [weak self] in self?.feed.note(.faults) }
    }

    /// Something that people see of apps.
    func note(_ happening: Happening) {
        let now = wecom.clock.wall
        switch happening {
        case .delivered(let message):
            let shown = message.recipients.filter { !message.unshown.contains($0) }
            let author = ChatEntry.Author.app(message.app)
            let places = book.withLock { book in
                shown.map { user in
                    book.add(
                        .sent(message), by: author, to: .app(message.app, user), at: now, links: [message.messageID])
                }
            }
            tell(places)
        case .recalled(let message, _): change(message) { $0.isRecalled = true }
        case .updated(let update): change(update.message) { $0.pressed = nil }
        }
    }

    private func change(_ message: SentMessage, _ change: (inout ChatEntry) -> Void) {
        let places = book.withLock { book in
            let places = book.places(linkedBy: [message.messageID])
            for place in places { book.change(place, change) }
            return places
        }
        tell(places)
    }

    private func note(_ bubble: Bubble, isOver: Bool) {
        let place = book.withLock { $0.show(bubble, isOver: isOver, at: wecom.clock.wall) }
        if let place { tell([place]) }
    }

    /// Something that went over the wire: the entries that it belongs to show it, too.
    private func note(_ entry: WireEntry) {
        if entry.direction == .callback, entry.isOpen { noteSpokenElsewhere(entry) }
        let places = book.withLock { book in
            let places = book.places(linkedBy: entry.links)
            for place in places where entry.isAcknowledged {
                book.change(place) { $0.arrival = .arrived }
            }
            return places
        }
        feed.note([.wire(entry.id)] + places.map { .entry($0) })
    }

    /// Tells of entries that are new or others, in their chats and in the lists.
    func tell(_ places: [ChatBook.EntryPlace]) {
        feed.note(places.map { .entry($0) } + places.map { .chat($0.chat) })
    }

    /// Puts words into the chat that were said at a terminal, or by a test.
    private func noteSpokenElsewhere(_ entry: WireEntry) {
        guard let spoken = entry.spoken else { return }
        let place = book.withLock { book -> ChatBook.EntryPlace? in
            guard book.places(linkedBy: entry.links).isEmpty else { return nil }
            return book.add(
                .said(Said(words: spoken.words)), by: .person(spoken.user), to: spoken.chat, at: entry.at,
                links: entry.links, arrival: .underway)
        }
        if let place { tell([place]) }
    }
}

extension Roster.Bot {
    var webhook: FakeBot? { if case .webhook(let bot) = lane { bot } else { nil } }
}

extension WireEntry {
    fileprivate var isAcknowledged: Bool {
        direction == .callback && !isOpen && (status == 200 || status == nil && failure == nil)
    }

    /// The words of a person in a callback; nil for what nobody said.
    fileprivate var spoken: (user: UserID, chat: ChatKey, words: Said.Words)? {
        guard let subject, let user = users.first, !links.isEmpty, polls == 0 else { return nil }
        switch subject {
        case .app(let app):
            guard let message = try? InboundMessage(xml: request.opened ?? []), message.messageID != nil else {
                return nil
            }
            return (user, .app(app, user), message.content.words)
        case .bot(let bot):
            let json = try? JSONValue(parsing: request.opened ?? request.body)
            let document = json?["body"] ?? json
            guard let type = document?["msgtype"]?.string, type != "event" else { return nil }
            let words = document?["text"]?["content"]?.string.map { Said.Words.text($0) } ?? .other(type)
            return (user, group.map { .group($0) } ?? .bot(bot, user), words)
        }
    }
}

extension InboundMessage.Content {
    fileprivate var words: Said.Words {
        switch self {
        case .text(let text): .text(text)
        case .location(let place): .place(place)
        default: .other(type)
        }
    }
}
