/// The starts of servers, by their version.
struct Starts {
    /// The next one is of the version before.
    var isOlderNext: Bool
    private(set) var older = 0
    private(set) var ours = 0

    init(isOlderNext: Bool = false) { self.isOlderNext = isOlderNext }

    /// Counts one. True if it is of the version before.
    mutating func begin() -> Bool {
        if isOlderNext { older += 1 } else { ours += 1 }
        return isOlderNext
    }

    mutating func add(_ other: Starts) {
        older += other.older
        ours += other.ours
    }
}
