import Text

/// A line while it is typed at a terminal: takes what keys send, and tells how it looks.
struct LineEditor: Sendable {
    enum Event: Equatable, Sendable {
        case line(String)
        case end
    }

    private var characters: [Character] = []
    /// The number of characters before it.
    private var cursor = 0
    private var keys = KeyReader()
    /// Lines that were typed, the oldest first.
    private var history: [String] = []
    /// The place of the line that is shown; behind the last is the one that is being written.
    private var place = 0
    private var draft: [Character] = []

    private static let longest = 4096
    private static let mostLines = 200

    var text: String { String(characters) }

    /// Takes bytes as the terminal sends them. Nothing counts behind an end.
    mutating func take(_ bytes: [UInt8]) -> [Event] {
        var events: [Event] = []
        for key in keys.take(bytes) {
            guard let event = act(on: key) else { continue }
            events.append(event)
            if event == .end { break }
        }
        return events
    }

    private mutating func act(on key: KeyReader.Key) -> Event? {
        switch key {
        case .scalar(let scalar): insert(scalar)
        case .enter: return .line(finished())
        case .endOrDelete where characters.isEmpty: return .end
        case .endOrDelete, .delete: erase(cursor..<min(cursor + 1, characters.count))
        case .backspace: erase(max(0, cursor - 1)..<cursor)
        case .left: cursor = max(0, cursor - 1)
        case .right: cursor = min(characters.count, cursor + 1)
        case .home: cursor = 0
        case .lineEnd: cursor = characters.count
        case .up: show(place - 1)
        case .down: show(place + 1)
        case .eraseToEnd: erase(cursor..<characters.count)
        case .eraseToStart: erase(0..<cursor)
        case .eraseWord: erase(startOfWord..<cursor)
        }
        return nil
    }

    /// An accent, or what else makes one character with the one before it, is no character of its own.
    private mutating func insert(_ scalar: Unicode.Scalar) {
        guard characters.count < LineEditor.longest else { return }
        if cursor > 0 {
            let joined = String(characters[cursor - 1]) + String(scalar)
            if joined.count == 1, let character = joined.first {  // short: one character
                characters[cursor - 1] = character
                return
            }
        }
        characters.insert(Character(scalar), at: cursor)
        cursor += 1
    }

    private mutating func erase(_ range: Range<Int>) {
        characters.removeSubrange(range)
        cursor = range.lowerBound
    }

    private var startOfWord: Int {
        let before = characters[..<cursor]
        guard let last = before.lastIndex(where: { !$0.isWhitespace }) else { return 0 }
        return before[..<last].lastIndex(where: \.isWhitespace).map { $0 + 1 } ?? 0
    }

    private mutating func finished() -> String {
        let line = text
        if !line.isEmpty, !(history.last?.isSame(as: line) ?? false) {
            history = history.suffix(LineEditor.mostLines - 1) + [line]
        }
        (characters, cursor, draft, place) = ([], 0, [], history.count)
        return line
    }

    private mutating func show(_ wanted: Int) {
        guard (0...history.count).contains(wanted), wanted != place else { return }
        if place == history.count { draft = characters }
        place = wanted
        characters = wanted == history.count ? draft : Array(history[wanted])
        cursor = characters.count
    }

    /// Draws the line over what stands in the terminal's: as much of it around the cursor as fits, with the cursor in its place.
    func shown(behind prompt: String, columns: Int) -> String {
        // The last column stays free: what fills it makes some terminals begin another line.
        let room = max(2, columns - prompt.displayWidth - 1)
        var (start, before) = (cursor, 0)
        while start > 0, before + characters[start - 1].displayWidth <= room {
            start -= 1
            before += characters[start].displayWidth
        }
        var (end, width) = (cursor, before)
        while end < characters.count, width + characters[end].displayWidth <= room {
            width += characters[end].displayWidth
            end += 1
        }
        let right = prompt.displayWidth + before
        return "\r\(prompt)\(String(characters[start..<end]))\u{1B}[K\r" + (right > 0 ? "\u{1B}[\(right)C" : "")
    }
}
