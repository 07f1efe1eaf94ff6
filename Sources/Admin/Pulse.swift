import JSON
import System

/// The numbers beside the navigation, looked at no more often than every few seconds however many pages are asked for.
final class Pulse: Sendable {
    struct Counts: Sendable, Equatable {
        var running = 0
        /// At most `Pulse.most`, which stands for more.
        var dead = 0
    }

    private let interface: Interface
    private let last = Lock<(counts: Counts, at: MonotonicTime)?>(nil)

    static let most = 100
    private static let age = Duration.seconds(5)

    init(_ interface: Interface) { self.interface = interface }

    /// The counts, no older than a few seconds. What cannot be counted now is as it was.
    func counts(at now: MonotonicTime = .now) async -> Counts {
        let known = last.withLock { $0 }
        if let known, now.since(known.at) < Pulse.age { return known.counts }
        var counts = known?.counts ?? Counts()
        if let turns = try? await interface.get("/v1/turns") { counts.running = turns["turns"]?.array?.count ?? 0 }
        if let dead = try? await interface.get("/v1/deliveries", ["state": "dead", "limit": "\(Pulse.most)"]) {
            counts.dead = dead["deliveries"]?.array?.count ?? 0
        }
        last.withLock { $0 = (counts, now) }
        return counts
    }

    /// Something was done: the next page counts anew.
    func forget() { last.withLock { $0 = nil } }
}
