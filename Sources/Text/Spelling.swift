/// A hint for a word that is not among those known: the nearest of them, or all.
package func hint(for word: String, among known: [String]) -> String {
    if let nearest = nearest(to: word, among: known) { return "did you mean \(nearest)?" }
    return "known here: \(known.sorted().joined(separator: ", "))"
}

/// The one of `known` that `word` was probably meant to be.
package func nearest(to word: String, among known: [String]) -> String? {
    let word = letters(of: word)
    guard word.count <= 64 else { return nil }
    let candidates = known.map { (name: $0, distance: editDistance(word, letters(of: $0))) }
    guard let best = candidates.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }) else { return nil }
    return best.distance <= max(1, word.count / 3) ? best.name : nil
}

/// Case and separators are not what people mistake one key for another by: `corpId` is `corp_id`.
private func letters(of word: String) -> [UInt8] {
    word.lowercased().utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
}

/// The number of letters to insert, remove, replace, or swap with their neighbour.
package func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforeLast[j - 1] + 1) }
            row.append(cost)
        }
        beforeLast = last
        last = row
    }
    return last[b.count]
}
