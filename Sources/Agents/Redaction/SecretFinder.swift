/// Finds secrets in a folded text, whole, or their beginnings and ends: one pass for the former two, and one from behind.
struct SecretFinder: Sendable {
    private let beginnings: PrefixAutomaton
    private let ends: PrefixAutomaton
    private let folding: Folding

    /// Fewer letters and digits alone are found everywhere.
    private static let fewestLetters = 8

    init(_ forms: [SecretForm], _ folding: Folding) {
        let forms = forms.map { $0.folded(folding) }.filter {
            folding == .written || $0.bytes.count >= SecretFinder.fewestLetters
        }
        self.folding = folding
        beginnings = PrefixAutomaton(forms.map { (word: $0.bytes, least: $0.least.first) })
        ends = PrefixAutomaton(forms.map { (word: $0.bytes.reversed(), least: $0.least.last) })
    }

    var isEmpty: Bool { beginnings.isEmpty }

    /// In the text's own bytes.
    func places(in text: [UInt8]) -> [Range<Int>] {
        let folded = FoldedText(text, folding)
        let count = folded.bytes.count
        // With spaces anywhere in them, words are in everything.
        let mayBeWord = folding == .written
        let forwards = beginnings.ranges(in: folded.bytes) { range in
            mayBeWord && !text.hasWordByte(at: folded.origin(of: range).upperBound)
        }
        let backwards = ends.ranges(in: folded.bytes.reversed()) { range in
            mayBeWord
                && !text.hasWordByte(
                    at: folded.origin(of: count - range.upperBound..<count - range.lowerBound).lowerBound - 1)
        }
        return forwards.map { folded.origin(of: $0) }
            + backwards.map { folded.origin(of: count - $0.upperBound..<count - $0.lowerBound) }
    }
}
