import Simulator
import System
import WeCom

/// The newest of what stands in a chat, and how far each person has read.
struct ChatLog: Sendable {
    private(set) var entries: [ChatEntry] = []
    private var read: [UserID: Int] = [:]

    static let most = 500

    /// Returns those that made room.
    mutating func append(_ entry: ChatEntry) -> [ChatEntry] {
        entries.append(entry)
        guard entries.count > ChatLog.most else { return [] }
        let gone = Array(entries.prefix(ChatLog.most / 10))
        entries.removeFirst(gone.count)
        return gone
    }

    /// Changes an entry that is still here. False if it is not.
    mutating func change(_ id: Int, _ change: (inout ChatEntry) -> Void) -> Bool {
        guard let index = entries.lastIndex(where: { $0.id == id }) else { return false }
        change(&entries[index])
        return true
    }

    /// Counts a message that is not shown, at the newest entry, with those that were dropped just before. Returns the entries that
    /// are others by it.
    mutating func noteDrop(over excess: FakeMemberLimits.Excess, at moment: Timestamp) -> [Int] {
        guard let last = entries.indices.last else { return [] }
        var (drops, changed) = (ChatEntry.Drops(count: 0, over: excess, at: moment), [entries[last].id])
        if let before = entries.lastIndex(where: { $0.drops != nil }), let counted = entries[before].drops,
            before == last || moment.since(counted.at) < ChatLog.dropsTogether
        {
            drops.count = counted.count
            entries[before].drops = nil
            if before != last { changed.append(entries[before].id) }
        }
        drops.count += 1
        entries[last].drops = drops
        return changed
    }

    private static let dropsTogether = Duration.seconds(60)

    func entry(_ id: Int) -> ChatEntry? { entries.last { $0.id == id } }

    /// False if there was nothing new.
    mutating func read(by user: UserID) -> Bool {
        let last = entries.last?.id ?? 0
        guard (read[user] ?? 0) < last else { return false }
        let hadUnread = unread(of: user) > 0
        read[user] = last
        return hadUnread
    }

    /// The number of entries of others that a person has not seen.
    func unread(of user: UserID) -> Int { unseen(by: user).count }

    func unseen(by user: UserID) -> [ChatEntry] {
        let last = read[user] ?? 0
        return entries.reversed().prefix { $0.id > last }.filter { $0.author != .person(user) }
    }
}
