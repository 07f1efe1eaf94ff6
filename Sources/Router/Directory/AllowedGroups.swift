/// Groups of a corp's address book whose members may write to an app.
package struct AllowedGroups: Sendable, Equatable {
    /// WeCom's numbers of departments; everything below them is meant as well.
    package var departments: Set<Int64>
    /// WeCom's numbers of tags.
    package var tags: Set<Int64>

    package init(departments: Set<Int64> = [], tags: Set<Int64> = []) {
        self.departments = departments
        self.tags = tags
    }

    package var isEmpty: Bool { departments.isEmpty && tags.isEmpty }
}
