import Simulator

/// All that was sent in answer to one line, in the order in which WeCom took it.
struct Answer {
    private(set) var echoes: [Echo] = []

    mutating func add(_ echo: Echo) { echoes.append(echo) }

    /// The parts of it that people saw.
    private var shown: [Echo] { echoes.filter { !$0.isSwallowed } }
    private var parts: [Int] { shown.map(\.part) }

    var count: Int { echoes.first?.count ?? 1 }
    var isWhole: Bool { parts.contains(1) && Set(parts).isSuperset(of: 1...count) }
    /// True if a later part came without an earlier one.
    var hasGap: Bool { Set(parts).count < parts.max() ?? 0 }
    var isSeenTwice: Bool { Set(parts).count < parts.count }
    var isInOrder: Bool { zip(parts, parts.dropFirst()).allSatisfy { $0 <= $1 } }

    /// Each part's tries, one after another.
    var repeats: [(first: Echo, second: Echo)] {
        Dictionary(grouping: echoes, by: \.part).values.flatMap { tries in
            zip(tries, tries.dropFirst()).map { (first: $0, second: $1) }
        }
    }

    /// True if it is what was said. Where a text is cut, white space goes; nothing else may.
    func isFaithful(to line: Line) -> Bool {
        guard echoes.allSatisfy({ $0.count == count }) else { return false }
        guard isWhole else { return true }
        let whole = (1...count).compactMap { part in shown.first { $0.part == part }?.saying }
        guard count > 1 else { return whole == [line.saying] }
        guard case .text(let said) = line.saying else { return false }
        let texts = whole.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return texts.joined().utf8.filter { $0 > 0x20 } == said.utf8.filter { $0 > 0x20 }
    }
}
