package import System

/// Something that was done to the servers, and the time in which it may have had them do things once more.
package struct Trouble: Sendable {
    /// The name in tables.
    package let name: String
    package let from: MonotonicTime
    package let until: MonotonicTime

    package init(_ name: String, from: MonotonicTime, until: MonotonicTime) {
        (self.name, self.from, self.until) = (name, from, until)
    }
}

extension [Trouble] {
    /// The first that reaches into the time between two moments.
    func first(between earlier: MonotonicTime, and later: MonotonicTime) -> Trouble? {
        first { $0.from <= later && $0.until > earlier }
    }

    /// The one during which something was said.
    func first(at moment: MonotonicTime) -> Trouble? { first { $0.from <= moment && moment < $0.until } }
}
