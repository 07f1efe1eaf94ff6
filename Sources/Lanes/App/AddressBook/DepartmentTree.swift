import WeCom

/// The departments, each with those below it, as far as an app sees them.
struct DepartmentTree: Sendable {
    private let parents: [Int64: Int64]

    init(_ departments: [WeComClient.Department]) {
        parents = Dictionary(departments.map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
    }

    /// True if a department is one of `groups` or below one. Ends even where the tree bites its own tail.
    func isDepartment(_ id: Int64, within groups: Set<Int64>) -> Bool {
        var (next, seen) = (id, Set<Int64>())
        while !groups.contains(next) {
            guard seen.insert(next).inserted, let parent = parents[next] else { return false }
            next = parent
        }
        return true
    }
}
