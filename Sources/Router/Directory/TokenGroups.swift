import WeCom

/// Apps with their keys, by their places in the directory, grouped by the token they share; groups in the order of their first.
struct TokenGroups: Sendable {
    private(set) var all: [[Int]] = []
    private var places: [TokenGroup: Int] = [:]

    mutating func add(_ app: Int, to group: TokenGroup) {
        if let place = places[group] {
            all[place].append(app)
        } else {
            places[group] = all.count
            all.append([app])
        }
    }

    subscript(_ group: TokenGroup) -> [Int] { places[group].map { all[$0] } ?? [] }
}
