package import System
import Text
import WeCom

// What people think of answers, as rows of every store have it.

extension JobFeedback {
    /// Nil for a verdict that is not known.
    package init?(of user: String, at moment: Timestamp, verdict: Int64, reasons: String, comment: String?) {
        guard let verdict = BotFeedback.Verdict(rawValue: verdict) else { return nil }
        let reasons = reasons.pieces { $0 == UInt8(ascii: ",") }
        self.init(
            of: user.isEmpty ? nil : UserID(user), at: moment, verdict,
            reasons: reasons.compactMap { Int64($0).flatMap(BotFeedback.Reason.init) }, comment: comment)
    }

    /// WeCom's numbers of the reasons, with commas between them.
    package var reasonNumbers: String { reasons.map { String($0.rawValue) }.joined(separator: ",") }
}

extension Peer {
    /// True if it is that one; for nil if it is one person.
    package func mayBe(_ peer: Peer?) -> Bool {
        if let peer { return self == peer }
        if case .user = self { return true }
        return false
    }
}
