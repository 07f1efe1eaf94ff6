/// Connections that are alike in what they may be closed for, those first that have been so the longest. Joining and leaving
/// cost the same however many there are.
struct WaitingList {
    private(set) var oldest: Connection?
    private weak var newest: Connection?

    /// All of them, as they stand now.
    var members: [Connection] {
        var (all, next) = ([Connection](), oldest)
        while let connection = next {
            all.append(connection)
            next = connection.newer
        }
        return all
    }

    mutating func append(_ connection: Connection) {
        connection.older = newest
        newest?.newer = connection
        if oldest == nil { oldest = connection }
        newest = connection
    }

    mutating func remove(_ connection: Connection) {
        let (older, newer) = (connection.older, connection.newer)
        older?.newer = newer
        newer?.older = older
        if oldest === connection { oldest = newer }
        if newest === connection { newest = older }
        connection.older = nil
        connection.newer = nil
    }
}
