import Router
import System
import WeCom

/// The address book of a corp as one app sees it.
struct AddressBook: Sendable {
    private static let mostPeople = 10_000
    private static let mostTags = 1000

    private let members: Inquiries<UserID, WeComClient.Member>
    private let tags: Inquiries<Int64, WeComClient.TagMembers>
    private let tree: Inquiries<Whole, DepartmentTree>

    /// The only question there is about the departments: all of them.
    private enum Whole: Hashable, Sendable { case tree }

    init(_ client: WeComClient, now: @escaping @Sendable () -> MonotonicTime) {
        members = Inquiries(freshFor: .seconds(24 * 3600), capacity: Self.mostPeople, now: now) {
            user throws(WeComError) in
            try await client.member(user)
        }
        tags = Inquiries(freshFor: .seconds(600), capacity: Self.mostTags, now: now) { tag throws(WeComError) in
            try await client.tag(tag)
        }
        tree = Inquiries(freshFor: .seconds(600), capacity: 1, now: now) { _ throws(WeComError) in
            DepartmentTree(try await client.departments())
        }
    }

    func member(_ user: UserID) async throws(WeComError) -> WeComClient.Member { try await members.answer(to: user) }

    /// Asks no more than the answer needs. What WeCom does not tell counts only if all else says no.
    func holds(_ user: UserID, in groups: AllowedGroups) async throws(WeComError) -> Bool {
        var departments = groups.departments
        var unknown: WeComError?
        for tag in groups.tags.sorted() {
            do throws(WeComError) {
                let bearers = try await tags.answer(to: tag)
                if bearers.users.contains(user) { return true }
                departments.formUnion(bearers.departments)
            } catch {
                if error.isCancellation { throw error }
                unknown = error
            }
        }
        if try await holds(user, within: departments) { return true }
        if let unknown { throw unknown }
        return false
    }

    private func holds(_ user: UserID, within departments: Set<Int64>) async throws(WeComError) -> Bool {
        guard !departments.isEmpty else { return false }
        let own = try await departmentsOf(user)
        if own.isEmpty { return false }
        if !departments.isDisjoint(with: own) { return true }
        let tree = try await tree.answer(to: .tree)
        return own.contains { tree.isDepartment($0, within: departments) }
    }

    /// The departments of a person; an empty list for one whom the app does not see.
    private func departmentsOf(_ user: UserID) async throws(WeComError) -> [Int64] {
        do throws(WeComError) {
            return try await member(user).departments
        } catch {
            guard case .refused(let code, _) = error, code.handling == .dropRecipient else { throw error }
            return []
        }
    }
}
