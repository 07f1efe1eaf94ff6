import System

/// The sends to a conversation within the window of WeCom's duplicate check, seen from what is to go now.
package struct RecentSends: Sendable, Equatable {
    /// At most `lookedAt`.
    package let count: Int
    /// One of them held the same.
    package let holdTheSame: Bool

    /// A store looks at so many.
    package static let lookedAt = 4000

    package init(count: Int, holdTheSame: Bool) {
        self.count = count
        self.holdTheSame = holdTheSame
    }

    /// True if WeCom may swallow what it takes for a repeat: it would swallow an honest second "ok". With more sent than is
    /// looked at, nobody can say.
    var allowDuplicateCheck: Bool { !holdTheSame && count < RecentSends.lookedAt }

    /// The time until when one person has to be spared; nil when they need not be. `sendBefore` tells of a rate's last sends the
    /// first, where there were so many: it has to be a period ago for one more to go.
    func wait(
        within limits: [MemberLimits.Rate], sendBefore: (MemberLimits.Rate) throws -> Timestamp?
    ) rethrows -> Timestamp? {
        for limit in limits where mayReach(limit.count) {
            if let earlier = try sendBefore(limit) { return earlier.advanced(by: limit.period) }
        }
        return nil
    }

    /// True if there may be so many: with fewer, no limit needs a look.
    private func mayReach(_ limit: Int) -> Bool { limit <= count || count == RecentSends.lookedAt }
}
