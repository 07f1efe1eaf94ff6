/// Finds words and their beginnings, all in one pass over a text (Aho and Corasick).
struct PrefixAutomaton: Sendable {
    private struct Node: Sendable {
        let byte: UInt8
        let depth: Int32
        var firstChild: Int32 = -1
        var nextSibling: Int32 = -1
        /// The longest end of what led here that is a beginning, too.
        var fallback: Int32 = 0
        /// A word ends here, or what led here is enough of one.
        var isWhole = false
        var isEnough = false
        /// Letters alone, and not many.
        var looksLikeWord: Bool
        /// Itself, or the first among its fallbacks that is whole or enough; 0 for none.
        var nearest: Int32 = 0
    }

    private var nodes = [Node(byte: 0, depth: 0, looksLikeWord: true)]
    private var roots = [Int32](repeating: 0, count: 256)

    /// A piece that looks like a word is shorter.
    private static let longestWord = 12

    /// `least` bytes of a word are as good as all of it.
    init(_ words: [(word: [UInt8], least: Int)]) {
        for (word, least) in words where !word.isEmpty {
            var place: Int32 = 0
            for (index, byte) in word.enumerated() {
                place = child(of: place, byte) ?? add(byte, below: place)
                if index + 1 >= least { nodes[Int(place)].isEnough = true }
            }
            nodes[Int(place)].isWhole = true
        }
        link()
    }

    var isEmpty: Bool { nodes.count == 1 }

    /// Returns what was found, in order and none over another. A piece that looks like a word counts where `endsWell`.
    func ranges(in text: [UInt8], endsWell: (Range<Int>) -> Bool) -> [Range<Int>] {
        guard !isEmpty else { return [] }
        var found: [Range<Int>] = []
        var place: Int32 = 0
        for (index, byte) in text.enumerated() {
            while true {
                if let next = child(of: place, byte) {
                    place = next
                    break
                }
                if place == 0 { break }
                place = nodes[Int(place)].fallback
            }
            guard var range = range(endingAt: index + 1, in: place, endsWell) else { continue }
            while let last = found.last, last.upperBound > range.lowerBound {
                range = min(last.lowerBound, range.lowerBound)..<range.upperBound
                found.removeLast()
            }
            found.append(range)
        }
        return found
    }

    private func range(endingAt end: Int, in place: Int32, _ endsWell: (Range<Int>) -> Bool) -> Range<Int>? {
        var hit = nodes[Int(place)].nearest
        while hit != 0 {
            let node = nodes[Int(hit)]
            let range = end - Int(node.depth)..<end
            if node.isWhole || !node.looksLikeWord || endsWell(range) { return range }
            // Shorter than a word may be: these are a few steps.
            hit = nodes[Int(node.fallback)].nearest
        }
        return nil
    }

    // MARK: Building

    private func child(of place: Int32, _ byte: UInt8) -> Int32? {
        if place == 0 { return roots[Int(byte)] == 0 ? nil : roots[Int(byte)] }
        var child = nodes[Int(place)].firstChild
        while child >= 0, nodes[Int(child)].byte != byte { child = nodes[Int(child)].nextSibling }
        return child < 0 ? nil : child
    }

    private mutating func add(_ byte: UInt8, below parent: Int32) -> Int32 {
        let new = Int32(nodes.count)
        let depth = nodes[Int(parent)].depth + 1
        let isLetter = byte >= 0x61 && byte <= 0x7A
        nodes.append(
            Node(
                byte: byte, depth: depth,
                looksLikeWord: nodes[Int(parent)].looksLikeWord && isLetter && depth < PrefixAutomaton.longestWord))
        if parent == 0 { roots[Int(byte)] = new }
        nodes[Int(new)].nextSibling = nodes[Int(parent)].firstChild
        nodes[Int(parent)].firstChild = new
        return new
    }

    /// Level by level: a node's fallback lies above it.
    private mutating func link() {
        var queue: [Int32] = []
        var child = nodes[0].firstChild
        while child >= 0 {
            queue.append(child)
            child = nodes[Int(child)].nextSibling
        }
        var next = 0
        while next < queue.count {
            let place = queue[next]
            next += 1
            let node = nodes[Int(place)]
            nodes[Int(place)].nearest =
                node.isWhole || node.isEnough ? place : nodes[Int(node.fallback)].nearest
            var child = node.firstChild
            while child >= 0 {
                nodes[Int(child)].fallback = fallback(behind: node.fallback, nodes[Int(child)].byte, besides: child)
                queue.append(child)
                child = nodes[Int(child)].nextSibling
            }
        }
    }

    private func fallback(behind start: Int32, _ byte: UInt8, besides own: Int32) -> Int32 {
        var place = start
        while true {
            if let found = child(of: place, byte), found != own { return found }
            if place == 0 { return 0 }
            place = nodes[Int(place)].fallback
        }
    }
}
