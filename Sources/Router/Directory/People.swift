package import WeCom

/// A member of a corp, as an app sees them.
package struct Person: Sendable, Equatable {
    package let user: UserID
    package let name: String
    package let alias: String
    package let departments: [Int64]

    package init(user: UserID, name: String, alias: String, departments: [Int64]) {
        self.user = user
        self.name = name
        self.alias = alias
        self.departments = departments
    }
}

/// The address books of the corps we serve.
///
/// Answers may be hours old, and may take a call to WeCom: ask from a worker, never before a callback is acknowledged.
/// Throws `PeopleUnavailable` where nobody can tell, and a `CancellationError` to a caller that is cancelled.
package protocol People: Sendable {
    /// Finds the person with an id. For what people read: without an answer, the id will do.
    func person(_ user: UserID, in app: AppKey) async throws -> Person

    /// True if the user is in one of the groups or below it. False for somebody whom the app does not see; throws only
    /// when the answer hangs on something that WeCom did not tell.
    func belongs(_ user: UserID, to groups: AllowedGroups, in app: AppKey) async throws -> Bool
}

/// The reason why nobody could say.
package struct PeopleUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    /// The same question may have an answer later.
    package let isTransient: Bool

    package init(reason: String, isTransient: Bool) {
        self.reason = reason
        self.isTransient = isTransient
    }

    package var description: String { "the address book cannot be asked: \(reason)" }
}

/// An address book that knows nobody: where there is none to ask.
package struct NoAddressBook: People {
    package init() {}

    package func person(_ user: UserID, in app: AppKey) async throws -> Person { throw NoAddressBook.unavailable }

    package func belongs(_ user: UserID, to groups: AllowedGroups, in app: AppKey) async throws -> Bool {
        throw NoAddressBook.unavailable
    }

    private static let unavailable = PeopleUnavailable(reason: "there is none", isTransient: false)
}
