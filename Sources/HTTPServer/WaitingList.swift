/// The connections that have no complete request yet, the longest waiting first. Joining and leaving cost the same however
/// many there are.
struct WaitingList {
    private(set) var oldest: Connection?
    private weak var newest: Connection?

    mutating func append(_ connection: Connection) {
        precondition(!connection.isWaiting)
        connection.isWaiting = true
        connection.older = newest
        newest?.newer = connection
        if oldest == nil { oldest = connection }
        newest = connection
    }

    mutating func remove(_ connection: Connection) {
        guard connection.isWaiting else { return }
        connection.isWaiting = false
        let (older, newer) = (connection.older, connection.newer)
        older?.newer = newer
        newer?.older = older
        if oldest === connection { oldest = newer }
        if newest === connection { newest = older }
        connection.older = nil
        connection.newer = nil
    }
}
