/// The account of what is in the folder of received files, and of what has to go so that all together stay within a limit.
struct ReceivedLedger {
    private struct Entry {
        let weight: Int
        /// Counts up with each entry.
        let number: Int
        /// A turn has it in a folder of its own.
        var isTaken = false
    }

    /// The files that one bot was sent.
    private struct Share {
        var entries: [ReceivedFileID: Entry] = [:]
        var weight = 0
    }

    /// A file that has to go.
    struct Dropped: Equatable {
        let id: ReceivedFileID
        let wasTaken: Bool
    }

    private let limit: Int
    private var shares: [String: Share] = [:]
    private var last = 0
    /// Bytes of all files; a small one counts for more than it holds.
    private(set) var weight = 0

    /// Files and their folders cost something however small they are, so that this bounds their number, too.
    static let leastWeight = 64 << 10

    /// `limit` is in bytes.
    init(limit: Int) { self.limit = limit }

    /// Enters a file, and takes out what has to go for it: of the bot that has the most, first what turns have already, then the
    /// oldest.
    mutating func add(_ id: ReceivedFileID, size: Int) -> [Dropped] {
        remove(id)
        last += 1
        let entry = Entry(weight: max(size, ReceivedLedger.leastWeight), number: last)
        shares[id.share, default: Share()].entries[id] = entry
        shares[id.share]?.weight += entry.weight
        weight += entry.weight
        var dropped: [Dropped] = []
        while weight > limit, let victim = victim(besides: id) {
            remove(victim.id)
            dropped.append(victim)
        }
        return dropped
    }

    /// Notes that a turn has a file in a folder of its own.
    mutating func take(_ id: ReceivedFileID) { shares[id.share]?.entries[id]?.isTaken = true }

    mutating func remove(_ id: ReceivedFileID) {
        guard let entry = shares[id.share]?.entries.removeValue(forKey: id) else { return }
        weight -= entry.weight
        shares[id.share]?.weight -= entry.weight
        if shares[id.share]?.entries.isEmpty == true { shares[id.share] = nil }
    }

    private func victim(besides id: ReceivedFileID) -> Dropped? {
        let largest = shares.values.filter { $0.entries.keys.contains { $0 != id } }.max { $0.weight < $1.weight }
        let first = largest?.entries.filter { $0.key != id }.min {
            ($0.value.isTaken ? 0 : 1, $0.value.number) < ($1.value.isTaken ? 0 : 1, $1.value.number)
        }
        return first.map { Dropped(id: $0.key, wasTaken: $0.value.isTaken) }
    }
}
