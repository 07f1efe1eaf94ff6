package import System

/// The files of accepted messages that WeCom does not give for long, on their way to who fetches them.
package final class SentFileQueue: Sendable {
    /// There may be something to fetch.
    let wakeup = Wakeup()
    private let rotation = Lock(FetchRotation())

    package init() {}

    /// Has the files of a message fetched that WeCom gives only for a time from `moment` on. Returns at once.
    package func add(_ message: AcceptedMessage, to endpoint: Endpoint, receivedAt moment: Timestamp) {
        var isAny = false
        for file in message.files(to: endpoint) {
            guard let id = file.id, let life = file.media.source.life else { continue }
            isAny = true
            let item = FetchRotation.Item(file: file, id: id, until: moment.advanced(by: life), due: moment)
            rotation.withLock { $0.add(item) }
        }
        if isAny { wakeup.signal() }
    }

    package var waiting: Int { rotation.withLock { $0.waiting } }
    package var missed: Int { rotation.withLock { $0.missed } }

    /// At most so many that may run now.
    func take(_ count: Int, at now: Timestamp) -> [FetchRotation.Item] {
        rotation.withLock { rotation in
            var items: [FetchRotation.Item] = []
            while items.count < count, let item = rotation.next(at: now) { items.append(item) }
            return items
        }
    }

    /// Lets one that was taken have another try later, behind the others of its bot.
    func putBack(_ item: FetchRotation.Item, dueAt moment: Timestamp) {
        var item = item
        item.attempt += 1
        item.due = moment
        rotation.withLock { [item] in $0.add(item) }
    }

    func end(_ item: FetchRotation.Item) { rotation.withLock { $0.end(item) } }
}
