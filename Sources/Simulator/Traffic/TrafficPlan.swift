/// Traffic as somebody orders it: who says how much, for how long.
package struct TrafficPlan: Sendable {
    package enum Pace: Sendable, Equatable {
        /// Everybody says the next thing when they have been answered.
        case closed
        /// Messages a second, whatever becomes of them.
        case rate(Double)
    }

    package var pace = Pace.closed
    package var mix = TrafficMix()
    /// The time in which it grows from nothing to all of it. What is said meanwhile does not count.
    package var ramp = Duration.zero
    /// The time that it goes on behind the ramp.
    package var duration = Duration.seconds(10)
    /// The number of messages after which it ends earlier, the ramp's included.
    package var count: Int?
    /// The connections over which callbacks are posted.
    package var connections = 64
    /// The time that an acknowledgement and an answer may take before they count as missing.
    package var patience = Duration.seconds(30)
    /// The bytes of callbacks that are sealed before the first is posted.
    package var sealedAhead = 128 << 20

    package init() {}

    /// The most messages that may become due, as far as that can be told.
    var most: Int? {
        guard case .rate(let rate) = pace else { return count }
        let seconds = ramp / .seconds(2) + duration / .seconds(1)
        return min(count ?? .max, Int(min(rate * seconds, 1e12).rounded(.up)))
    }
}

/// The kinds of what is said, and the weight of each.
package struct TrafficMix: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable { case text, image, bot }

    private var weights: [(kind: Kind, weight: Int)] = [(.text, 1)]

    package init() {}

    /// nil where all weights are zero.
    package init?(_ weights: [Kind: Int]) {
        let sorted = Kind.allCases.compactMap { kind in weights[kind].map { (kind: kind, weight: $0) } }.filter {
            $0.weight > 0
        }
        guard !sorted.isEmpty else { return nil }
        self.weights = sorted
    }

    package static func == (a: TrafficMix, b: TrafficMix) -> Bool { a.weights.elementsEqual(b.weights) { $0 == $1 } }

    package var kinds: [Kind] { weights.map(\.kind) }

    /// The kind of the message of that number: mixed well, and always the same.
    func kind(of number: Int) -> Kind {
        guard weights.count > 1 else { return weights[0].kind }
        let all = weights.reduce(0) { $0 + $1.weight }
        // By the golden ratio: neighbours lie far apart.
        var place = Int((UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15) >> 33) % all
        for (kind, weight) in weights {
            if place < weight { return kind }
            place -= weight
        }
        return weights[0].kind
    }
}
