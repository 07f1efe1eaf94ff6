import System
import WeCom

/// The number of messages that a member gets from one app before WeCom drops the rest without a word, or a chat from a bot
/// before it refuses them.
package struct FakeMemberLimits: Sendable {
    package let perMinute: Int
    package let perHour: Int

    package init(perMinute: Int, perHour: Int) {
        self.perMinute = perMinute
        self.perHour = perHour
    }

    /// The limits in WeCom's documentation.
    package static let published = FakeMemberLimits(perMinute: 30, perHour: 1000)
    package static let none = FakeMemberLimits(perMinute: .max, perHour: .max)

    /// The limit that one more message would exceed.
    package enum Excess: Sendable, Equatable {
        case perMinute(Int)
        case perHour(Int)
    }
}

/// Counts what each receiver got.
struct MessageRates<Receiver: Hashable> {
    var limits = FakeMemberLimits.published
    private var times: [Receiver: [MonotonicTime]] = [:]
    private var nextClearing = 1024

    /// Counts a message, unless it is one too many: then false.
    mutating func take(_ receiver: Receiver, at now: MonotonicTime) -> Bool { excess(receiver, at: now) == nil }

    /// Counts a message, unless it is one too many: then it returns the limit.
    mutating func excess(_ receiver: Receiver, at now: MonotonicTime) -> FakeMemberLimits.Excess? {
        guard limits.perMinute < .max || limits.perHour < .max else { return nil }
        var recent = times[receiver] ?? []
        recent.removeAll { now.since($0) >= .seconds(3600) }
        let inMinute = recent.reversed().prefix { now.since($0) < .seconds(60) }.count
        guard inMinute < limits.perMinute else { return .perMinute(limits.perMinute) }
        guard recent.count < limits.perHour else { return .perHour(limits.perHour) }
        times[receiver] = recent + [now]
        if times.count >= nextClearing { clear(at: now) }
        return nil
    }

    /// Goes through all of them only when they have doubled since the last time.
    private mutating func clear(at now: MonotonicTime) {
        times = times.filter { $0.value.last.map { now.since($0) < .seconds(3600) } ?? false }
        nextClearing = max(1024, 2 * times.count)
    }
}

/// A member, to whom one app writes.
struct MemberOfApp: Hashable {
    let app: FakeApp.Identity
    let user: UserID
}
