/// The recipients of a message that WeCom took and did not bring it to: not there, or not within the app's visible range.
package struct Unreached: Sendable, Equatable {
    package var users: [UserID]
    package var parties: [Int64]
    package var tags: [Int64]
    /// Known, but without the licence that reaching them takes.
    package var unlicensed: [UserID]

    package init(users: [UserID] = [], parties: [Int64] = [], tags: [Int64] = [], unlicensed: [UserID] = []) {
        self.users = users
        self.parties = parties
        self.tags = tags
        self.unlicensed = unlicensed
    }

    package var isEmpty: Bool { users.isEmpty && parties.isEmpty && tags.isEmpty && unlicensed.isEmpty }
}
