import JSON
import Simulator
import System
import WeCom

/// All chats. Each change returns the places at which something else is to be seen.
struct ChatBook: Sendable {
    private var logs: [ChatKey: ChatLog] = [:]
    /// The chats, the one that was written to last at the end.
    private var order: [ChatKey] = []
    private var lastID = 0
    /// The entries by the ids that the wire has for them.
    private var linked: [String: [EntryPlace]] = [:]
    private var bubbles: [UInt64: EntryPlace] = [:]

    struct EntryPlace: Hashable, Sendable {
        let chat: ChatKey
        let id: Int
    }

    private static let mostChats = 1000

    func log(_ chat: ChatKey) -> ChatLog { logs[chat] ?? ChatLog() }

    /// The entry of that number, wherever it is.
    func entry(_ id: Int) -> (place: EntryPlace, entry: ChatEntry)? {
        for chat in order.reversed() {
            if let entry = logs[chat]?.entry(id) { return (EntryPlace(chat: chat, id: id), entry) }
        }
        return nil
    }

    func places(linkedBy links: Set<String>) -> [EntryPlace] { links.flatMap { linked[$0] ?? [] } }

    mutating func read(_ chat: ChatKey, by user: UserID) -> Bool { logs[chat]?.read(by: user) ?? false }

    // MARK: Writing

    /// Counts a message that WeCom has dropped.
    mutating func noteDrop(over excess: FakeMemberLimits.Excess, in chat: ChatKey, at moment: Timestamp) -> [EntryPlace]
    {
        (logs[chat]?.noteDrop(over: excess, at: moment) ?? []).map { EntryPlace(chat: chat, id: $0) }
    }

    @discardableResult
    mutating func add(
        _ content: ChatEntry.Content, by author: ChatEntry.Author, to chat: ChatKey, at moment: Timestamp,
        links: Set<String> = [], arrival: ChatEntry.Arrival = .arrived
    ) -> EntryPlace {
        lastID += 1
        var entry = ChatEntry(id: lastID, at: moment, author: author, content: content)
        (entry.arrival, entry.links) = (arrival, links)
        let place = EntryPlace(chat: chat, id: lastID)
        for link in links { linked[link, default: []].append(place) }
        let gone = logs[chat, default: ChatLog()].append(entry)
        forget(gone, in: chat)
        order.removeAll { $0 == chat }
        order.append(chat)
        if order.count > ChatBook.mostChats { forgetOldest() }
        return place
    }

    /// False if the entry is gone.
    @discardableResult
    mutating func change(_ place: EntryPlace, _ change: (inout ChatEntry) -> Void) -> Bool {
        var links: Set<String> = []
        let isHere = logs[place.chat]?.change(place.id) { entry in
            let before = entry.links
            change(&entry)
            links = entry.links.subtracting(before)
        }
        for link in links { linked[link, default: []].append(place) }
        return isHere ?? false
    }

    private mutating func forgetOldest() {
        let chat = order.removeFirst()
        forget(logs.removeValue(forKey: chat)?.entries ?? [], in: chat)
    }

    private mutating func forget(_ entries: [ChatEntry], in chat: ChatKey) {
        for entry in entries {
            let place = EntryPlace(chat: chat, id: entry.id)
            for link in entry.links {
                linked[link]?.removeAll { $0 == place }
                if linked[link]?.isEmpty == true { linked[link] = nil }
            }
            if case .shown(let bubble) = entry.content { bubbles[bubble.id] = nil }
        }
    }

    // MARK: What bots show

    /// Puts a card in the place of the one whose task it goes on with, as a press is answered. nil where there is none.
    private mutating func replaceCard(by bubble: Bubble, in chat: ChatKey) -> EntryPlace? {
        guard let card = bubble.card, let task = card["task_id"]?.string, !task.isEmpty else { return nil }
        let pressed = log(chat).entries.last { entry in
            guard case .shown(let before) = entry.content, before.id != bubble.id else { return false }
            return (entry.card ?? before.card)?["task_id"]?.string == task
        }
        guard let pressed else { return nil }
        let place = EntryPlace(chat: chat, id: pressed.id)
        change(place) { ($0.card, $0.pressed, $0.isUnanswered) = (card, nil, false) }
        return place
    }

    /// Puts what a bot shows into its chat, or in the place of what it showed before.
    mutating func show(_ bubble: Bubble, isOver: Bool, at moment: Timestamp) -> EntryPlace? {
        guard let chat = ChatKey(of: bubble) else { return nil }
        if let place = replaceCard(by: bubble, in: chat) { return place }
        var links: Set<String> = []
        if let stream = bubble.stream { links.insert("stream:\(stream)") }
        if let place = bubbles[bubble.id] {
            let isHere = change(place) { entry in
                if case .shown(let before) = entry.content, BotSpeech(before.text).isThinking {
                    entry.thought = moment.since(entry.at)
                }
                (entry.content, entry.isOver) = (.shown(bubble), isOver)
                entry.links.formUnion(links)
            }
            if isOver { bubbles[bubble.id] = nil }
            if isHere { return place }
        }
        let place = add(.shown(bubble), by: .bot(bubble.bot), to: chat, at: moment, links: links)
        if isOver {
            change(place) { $0.isOver = true }
        } else {
            bubbles[bubble.id] = place
        }
        return place
    }
}

extension ChatKey {
    /// nil where nobody would see it.
    fileprivate init?(of bubble: Bubble) {
        switch bubble.chat {
        case .group(let chat): self = .group(chat)
        case .single:
            guard let user = bubble.user else { return nil }
            self = .bot(bubble.bot, user)
        }
    }
}
