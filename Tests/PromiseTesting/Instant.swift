/// The instant at which the server is killed.
package enum Instant: Hashable, CaseIterable, Sendable {
    case random, beforeCommit, afterCommit, afterFetch, inClaim, midTurn, afterUpload, afterSend

    /// The name in tables.
    package var name: String {
        switch self {
        case .random: "at random"
        case .beforeCommit: "before commit"
        case .afterCommit: "after commit, before 200"
        case .afterFetch: "after fetch, before note"
        case .inClaim: "in claim"
        case .midTurn: "mid-turn"
        case .afterUpload: "after upload, before note"
        case .afterSend: "after send, before note"
        }
    }

    /// The value of the server's own `WECOM_ROUTER_CRASH_AT`; a random instant is not the server's to choose.
    package func order(_ random: inout some RandomNumberGenerator) -> String? {
        point.map { "\($0):\(Int.random(in: visits, using: &random))" }
    }

    private var point: String? {
        switch self {
        case .random: nil
        case .beforeCommit: "before-commit"
        case .afterCommit: "after-commit"
        case .afterFetch: "after-fetch"
        case .inClaim: "in-claim"
        case .midTurn: "mid-turn"
        case .afterUpload: "after-upload"
        case .afterSend: "after-send"
        }
    }

    /// The number of times that the server may come by before it dies there: files are rarer than messages.
    private var visits: ClosedRange<Int> { self == .afterUpload || self == .afterFetch ? 1...7 : 10...70 }

    /// The instants of so many rounds: every second one at random, the others taking turns.
    package static func plan(rounds: Int) -> [Instant] {
        let chosen = allCases.filter { $0 != .random }
        return (0..<rounds).map { $0.isMultiple(of: 2) ? chosen[$0 / 2 % chosen.count] : .random }
    }
}
