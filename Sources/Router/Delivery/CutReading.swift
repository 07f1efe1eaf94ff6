import Text

/// The text just before a place, as far as it tells whether a sentence or a word ends there.
struct CutReading {
    private enum Mark { case none, clause, wide, latin }

    private var mark = Mark.none
    private var isBehindBlank = false
    /// True if there is a word in the line yet: `1. ` ends no sentence.
    private var hasWord = false
    private var isLineBlank = true
    /// True if the line before this one has nothing to read, and this one has just begun.
    private(set) var isBehindBlankLine = false

    /// In bytes. What is heaped on a longer one is nothing to compare with.
    private static let longestMark = 16

    private static let wideMarks: Set<Character> = ["。", "！", "？", "；", "…"]
    private static let latinMarks: Set<Character> = [".", "!", "?", ";"]
    private static let clauseMarks: Set<Character> = ["，", "、", "："]
    private static let closers: Set<Character> = [
        "”", "’", "」", "』", "）", "】", "》", "\"", "'", ")", "]", "*", "`", "~",
    ]

    mutating func take(_ character: Character) {
        isBehindBlankLine = character.isNewline && isLineBlank
        isBehindBlank = character.isBlank
        if character.isNewline {
            (mark, hasWord, isLineBlank) = (.none, false, true)
        } else if !character.isBlank {
            isLineBlank = false
            takeVisible(character)
        }
    }

    private mutating func takeVisible(_ character: Character) {
        if character.utf8.count > CutReading.longestMark {
            takeOther(character)
        } else if CutReading.latinMarks.contains(character) {
            mark = hasWord ? .latin : .none
        } else if CutReading.wideMarks.contains(character) {
            mark = .wide
        } else if CutReading.clauseMarks.contains(character) {
            mark = .clause
        } else if mark == .none || mark == .clause || !CutReading.closers.contains(character) {
            takeOther(character)
        }
    }

    private mutating func takeOther(_ character: Character) {
        mark = .none
        if character.isLetter { hasWord = true }
    }

    /// True if what ends before `next`, which is to be read, is a sentence (true) or a word or clause (false); nil when none
    /// ends. A mark of Western writing ends a sentence only before a space: `3.14` and `example.com` are whole.
    func endsSentence(before next: Character) -> Bool? {
        switch mark {
        case .wide:
            let isOther = next.utf8.count > CutReading.longestMark
            if isOther || !CutReading.wideMarks.contains(next) && (!CutReading.closers.contains(next) || isBehindBlank)
            {
                return true
            }
        case .latin: if isBehindBlank { return true }
        case .clause: return false
        case .none: break
        }
        return isBehindBlank ? false : nil
    }
}
