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
        case .updated(let update): change(update.message) { ($0.pressed, $0.isUnanswered) = (nil, false) }
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
        if entry.direction == .call, !entry.isOpen { noteDrops(entry) }
        let places = book.withLock { book in
            let places = book.places(linkedBy: entry.links)
            for place in places { book.change(place) { $0.arrival = entry.arrival(after: $0.arrival) } }
            return places
        }
        feed.note([.wire(entry.id)] + places.map { .entry($0) })
    }

    /// Tells of entries that are new or others, in their chats and in the lists.
    func tell(_ places: [ChatBook.EntryPlace]) {
        feed.note(places.map { .entry($0) } + places.map { .chat($0.chat) })
    }

    /// Tells of messages that WeCom has dropped where they would stand.
    private func noteDrops(_ entry: WireEntry) {
        guard case .app(let app) = entry.subject else { return }
        for case .dropped(let users, let excess) in entry.silences {
            let places = book.withLock { book in
                users.flatMap { book.noteDrop(over: excess, in: .app(app, $0), at: entry.at) }
            }
            tell(places)
        }
    }
}

extension Roster.Bot {
    var webhook: FakeBot? { if case .webhook(let bot) = lane { bot } else { nil } }
}

extension WireEntry {
    /// The way of the words that it carries, by what has become of it.
    fileprivate func arrival(after before: ChatEntry.Arrival) -> ChatEntry.Arrival {
        guard direction == .callback, !isOpen else { return before }
        if status == 200 || status == nil && failure == nil { return .arrived }
        return isGivenUp && before == .underway ? .refused(status.map { "HTTP \($0)" } ?? "—") : before
    }
}
