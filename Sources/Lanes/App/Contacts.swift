package import Router
package import System
package import WeCom

/// The address books of our apps' corps, asked of WeCom and remembered, an app apart from all others.
///
/// A person is good for a day, departments and tags for ten minutes. While WeCom cannot be asked, what is known serves
/// for a day more, and a failed question is repeated after a second at first, later after half a minute.
package struct Contacts: People {
    private let books: [AppKey: AddressBook]

    /// `earlier` have the books of those apps, which stay as they are, with what is remembered.
    package init(
        _ clients: [AppKey: WeComClient], keeping earlier: (contacts: Contacts, of: Set<AppKey>)? = nil,
        now: @escaping @Sendable () -> MonotonicTime = { .now }
    ) {
        books = clients.reduce(into: [:]) { books, client in
            let kept = earlier.flatMap { $0.of.contains(client.key) ? $0.contacts.books[client.key] : nil }
            books[client.key] = kept ?? AddressBook(client.value, now: now)
        }
    }

    package func person(_ user: UserID, in app: AppKey) async throws -> Person {
        let member = try await asking(app) { book throws(WeComError) in try await book.member(user) }
        return Person(user: member.user, name: member.name, alias: member.alias, departments: member.departments)
    }

    package func belongs(_ user: UserID, to groups: AllowedGroups, in app: AppKey) async throws -> Bool {
        try await asking(app) { book throws(WeComError) in try await book.holds(user, in: groups) }
    }

    private func asking<Answer>(
        _ app: AppKey, _ question: (AddressBook) async throws(WeComError) -> Answer
    ) async throws -> Answer {
        guard let book = books[app] else {
            throw PeopleUnavailable(reason: "no app \(app) is configured", isTransient: false)
        }
        do throws(WeComError) {
            return try await question(book)
        } catch {
            if error.isCancellation, Task.isCancelled { throw CancellationError() }
            throw PeopleUnavailable(reason: error.description, isTransient: error.isTransient)
        }
    }
}
