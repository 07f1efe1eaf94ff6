package import System

/// Makes numbers that grow with time: 42 bits of milliseconds since 2025, 8 of the node, 13 of a counter.
///
/// A clock that goes back makes it count on from where it was. `notBefore`, the largest number in the store, carries that
/// across a restart.
package struct IdentifierSource: Sendable {
    private let node: Int64
    private var last: Int64

    /// 2025-01-01 in UTC.
    private static let epoch: Int64 = 1_735_689_600_000

    package init(node: UInt8, notBefore largest: Int64) {
        self.node = Int64(node)
        last = largest
    }

    package mutating func next(at now: Timestamp) -> Int64 {
        let tick = max(0, now.milliseconds - IdentifierSource.epoch)
        let first = tick << 21 | node << 13
        if first > last {
            last = first
        } else if last & 0x1FFF < 0x1FFF {
            last += 1
        } else {
            last = ((last >> 21) + 1) << 21 | node << 13
        }
        return last
    }

    /// Makes only larger numbers than one that was seen, whoever made it: a process whose clock is behind those of others goes on
    /// from theirs.
    package mutating func advance(past seen: Int64) {
        guard seen > last else { return }
        guard seen >> 13 & 0xFF != node else {
            last = seen
            return
        }
        let own = (seen >> 21) << 21 | node << 13
        // The next number is that one, or the first of the next millisecond.
        last = (own > seen ? own : own + 1 << 21) - 1
    }

    /// The least number that can be made at `moment` or later.
    package static func least(at moment: Timestamp) -> Int64 { max(0, moment.milliseconds - epoch) << 21 }

    /// Reads from a number when it was made, to the millisecond.
    package static func time(of number: Int64) -> Timestamp { Timestamp(milliseconds: number >> 21 + epoch) }
}
