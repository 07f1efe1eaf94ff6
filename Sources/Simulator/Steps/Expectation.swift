import Text
import WeCom

/// Something that people are to see, or not to see.
package struct Expectation: Sendable {
    /// The name of the app or the bot; nil is any.
    package var from: String?
    /// The person or the group; nil is any.
    package var to: String?
    /// nil is everything that stays in a chat.
    package var kind: Sighting.Kind?
    package var words: Words
    /// The time that it has to come, or in which it must not.
    package var within: Duration
    package var times: Int

    /// True of what could be meant, whatever its words are.
    func concerns(_ sighting: Sighting, ofAnyKind: Bool = false) -> Bool {
        if let from, !from.isSame(as: sighting.party) { return false }
        if let to, UserID(to) != UserID(sighting.peer ?? "") { return false }
        return kind.map { $0 == sighting.kind || $0 == .card && sighting.hasCard && sighting.kind.stays }
            ?? (ofAnyKind || sighting.kind.stays)
    }

    func fits(_ sighting: Sighting) -> Bool {
        concerns(sighting) && words.fit(sighting.text, shown: sighting.shown)
    }
}

extension Expectation: CustomStringConvertible {
    package var description: String {
        var parts = [kind?.rawValue ?? "something"]
        if let from { parts.append("from \(from)") }
        if let to { parts.append("to \(to)") }
        if words != .any { parts.append("\(words)") }
        if times > 1 { parts.append("\(times) times") }
        return parts.joined(separator: " ")
    }
}

/// The places up to which each chat has been read: what is expected comes behind what was expected there before.
struct Bookmarks: Sendable {
    private var passed: [Sighting.Chat: Int] = [:]
    /// The position behind which sightings count.
    var start = 0

    /// Chats of whom nothing has been expected for longest are forgotten beyond so many.
    private static let mostChats = 10_000

    func isNew(_ sighting: Sighting) -> Bool {
        sighting.position > max(start, passed[sighting.chat] ?? 0)
    }

    /// The sightings that meet an expectation, as many as it wants at most.
    func found(_ expectation: Expectation, in sightings: some Sequence<Sighting>) -> [Sighting] {
        Array(sightings.lazy.filter { isNew($0) && expectation.fits($0) }.prefix(expectation.times))
    }

    /// Reads on in the chats of what was found, past it.
    mutating func pass(_ found: [Sighting]) {
        if passed.count >= Bookmarks.mostChats { passed = passed.filter { $0.value > start } }
        for sighting in found { passed[sighting.chat] = max(sighting.position, passed[sighting.chat] ?? 0) }
    }
}
