package import System
import Text
package import WeCom

/// The plain ids of people whom a bot knows by encrypted ones, asked of WeCom through an app of their corp and remembered.
package struct PlainUserIDs: Sendable {
    private let inquiries: Inquiries<UserID, UserID?>

    private static let mostPeople = 10_000

    package init(_ client: WeComClient, now: @escaping @Sendable () -> MonotonicTime = { .now }) {
        inquiries = Inquiries(freshFor: .seconds(24 * 3600), capacity: PlainUserIDs.mostPeople, now: now) {
            user throws(WeComError) in
            try await client.plainUserID(of: user)
        }
    }

    /// The id by which apps know a person. One that WeCom does not convert stays: it may be a plain one that looks encrypted.
    func plain(_ user: UserID) async throws(WeComError) -> UserID {
        user.looksEncrypted ? try await inquiries.answer(to: user) ?? user : user
    }
}

extension UserID {
    /// Begins as the ids do by which bots of ordinary members know people.
    fileprivate var looksEncrypted: Bool { text.begins(with: "wo") }
}
