package import HTTP
import Router
package import System
package import WeCom

/// The callbacks that were refused lately, for whoever operates this server. They are kept in memory alone: strangers must
/// not cause writes.
///
/// Those that are alike share a line. There are 200, and beyond that the last five of each app and reason, so that a flood of
/// one kind does not push out another. What looks like no callback of WeCom's to anybody here is only counted.
package final class RefusedCallbacks: Sendable {
    /// The traits by which refusals are alike.
    private struct Kind: Hashable {
        let group: Group
        let isVerification: Bool
        let address: [UInt8]?
    }

    private struct Group: Hashable {
        let reason: RefusedCallback.Reason
        let door: RefusedCallback.Door
        let app: String?
    }

    private struct State {
        var lines: [Kind: RefusedCallback] = [:]
        var groups: [Group: Int] = [:]
        var rubbish: RefusedRubbish?
    }

    /// The time since which they are kept: that of the start.
    package let since: Timestamp
    private let addresses: ClientAddresses
    private let clock: WeComClock
    private let isServed: @Sendable (String) -> Bool
    private let state = Lock(State())

    static let mostLines = 200
    static let mostOfGroup = 5
    /// The lines that there are at most, however many groups.
    static let mostLinesEver = 600
    /// The bytes of a request that is kept for a second look.
    static let mostKept = 4 << 10

    /// `isServed` says whether an app or bot goes by a name that stands in a path.
    package init(
        behind addresses: ClientAddresses = ClientAddresses(), clock: WeComClock = WeComClock(),
        since: Timestamp = .now,
        isServed: @escaping @Sendable (String) -> Bool = { _ in false }
    ) {
        (self.addresses, self.clock, self.since, self.isServed) = (addresses, clock, since, isServed)
    }

    /// All lines, the newest first.
    package var lines: [RefusedCallback] {
        state.withLock { $0.lines.values.sorted { $0.lastAt > $1.lastAt } }
    }

    package var rubbish: RefusedRubbish? { state.withLock { $0.rubbish } }

    /// The time by which our clock is ahead of WeCom's; nil before WeCom has answered anything.
    package var clockLead: Duration? { clock.lead() }

    /// Takes note of a refusal; `name` is that in the path. Our own `check` is passed over when it asks as a stranger.
    package func note(
        _ refusal: CallbackRefusal, of request: HTTPRequest, at name: String? = nil, door: RefusedCallback.Door,
        now: Timestamp = .now
    ) {
        let signs = request.callbackSigns
        guard !signs.isOfCheck else { return }
        let address = addresses.client(of: request)
        guard refusal.app != nil || refusal.suspect?.isOurs == true || signs.isLikely(isNamed: name != nil) else {
            return state.withLock { state in
                state.rubbish = RefusedRubbish(state.rubbish, refusal, from: address, at: now)
            }
        }
        let group = Group(
            reason: RefusedCallback.Reason(refusal), door: door,
            app: refusal.app ?? refusal.suspect?.app ?? name.flatMap { isServed($0) ? $0 : nil })
        let kind = Kind(group: group, isVerification: request.method == .get, address: address?.network)
        state.withLock { state in
            let before = state.lines[kind]
            state.lines[kind] = RefusedCallback(
                reason: group.reason, door: door, app: group.app, corp: refusal.suspect?.corp,
                isVerification: kind.isVerification, address: address, refusal: refusal.description.bounded,
                firstAt: before?.firstAt ?? now, lastAt: now, count: (before?.count ?? 0) + 1,
                request: request.size <= RefusedCallbacks.mostKept ? request.bare : nil)
            guard before == nil else { return }
            state.groups[group, default: 0] += 1
            RefusedCallbacks.makeRoom(&state)
        }
    }

    /// Drops the oldest line of which its group has more than it keeps.
    private static func makeRoom(_ state: inout State) {
        guard state.lines.count > mostLines else { return }
        let isOver = state.lines.count > mostLinesEver
        let groups = state.groups
        let candidates = state.lines.lazy.filter { isOver || groups[$0.key.group, default: 0] > mostOfGroup }
        guard let oldest = candidates.min(by: { $0.value.lastAt < $1.value.lastAt })?.key else { return }
        state.lines[oldest] = nil
        let left = state.groups[oldest.group, default: 1] - 1
        state.groups[oldest.group] = left == 0 ? nil : left
    }
}

/// The requests that no app or bot of ours is meant by, as far as anybody can see.
package struct RefusedRubbish: Sendable {
    package let count: Int
    package let firstAt: Timestamp
    package let lastAt: Timestamp
    /// The last one's.
    package let address: IPAddress?
    package let refusal: String
    /// The last corp that one of them named.
    package let corp: CorpID?

    fileprivate init(
        _ before: RefusedRubbish?, _ refusal: CallbackRefusal, from address: IPAddress?, at now: Timestamp
    ) {
        count = (before?.count ?? 0) + 1
        firstAt = before?.firstAt ?? now
        lastAt = now
        self.address = address
        self.refusal = refusal.description.bounded
        corp = refusal.suspect?.corp ?? before?.corp
    }
}

extension IPAddress {
    /// The network by which a client is told from others: whoever has one address of version 6 has all of its 64 bits.
    fileprivate var network: [UInt8] { bytes.count == 16 ? Array(bytes.prefix(8)) : bytes }
}

extension HTTPRequest {
    fileprivate var size: Int { target.utf8.count + body.count }

    /// The parts of it that a second look needs.
    fileprivate var bare: HTTPRequest { HTTPRequest(method, target, body: body) }
}
