import HTTP
import System

/// Counts the wrong secrets that come from an address. Too many within an hour, and it gets no token for an hour, not even for
/// the right one.
struct WrongSecrets {
    /// WeCom names no number: this is what people have met.
    var most = 2000
    private var addresses: [IPAddress: Tally] = [:]

    private struct Tally {
        var began: MonotonicTime
        var count = 0
        var blockedUntil: MonotonicTime?

        func isOver(at now: MonotonicTime) -> Bool {
            blockedUntil.map { $0 <= now } ?? (now.since(began) >= WrongSecrets.hour)
        }
    }

    private static let hour = Duration.seconds(3600)
    /// Beyond so many addresses those whose hour is over are let go.
    private static let manyAddresses = 4096

    func isBlocked(_ address: IPAddress, at now: MonotonicTime) -> Bool {
        addresses[address]?.blockedUntil.map { $0 > now } ?? false
    }

    mutating func note(_ address: IPAddress, at now: MonotonicTime) {
        if addresses.count >= WrongSecrets.manyAddresses { addresses = addresses.filter { !$0.value.isOver(at: now) } }
        var tally = addresses[address] ?? Tally(began: now)
        if tally.isOver(at: now) { tally = Tally(began: now) }
        tally.count += 1
        if tally.count >= most { tally.blockedUntil = now.advanced(by: WrongSecrets.hour) }
        addresses[address] = tally
    }
}

extension FakeWeCom {
    /// The number of wrong secrets after which an address is blocked from now on: as many as people have met, unless told
    /// otherwise.
    package func limitWrongSecrets(to most: Int) { api.state.withLock { $0.wrongSecrets.most = most } }
}
