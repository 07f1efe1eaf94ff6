import Lifecycle
import System

/// A page that is open, and the places on it that have changed since it was last told.
package final class LiveListener<Place: Hashable & Sendable>: Sendable {
    /// The next thing to tell the page.
    package enum Step: Sendable {
        /// Something else stands at these places, in the order in which they first changed.
        case changed([Place], id: String)
        /// There has been no change for a while.
        case quiet
        case end(LiveEnd)
    }

    private struct State {
        var waiting: [Place] = []
        var isWaiting: Set<Place> = []
        var missed = false
        var end: LiveEnd?
        var wake = Signpost()
        var lastStep: MonotonicTime?
    }

    let session: String
    private let feed: LiveFeed<Place>
    private let isWanted: @Sendable (Place) -> Bool
    private let state = Lock(State())

    init(session: String, feed: LiveFeed<Place>, wanting isWanted: @escaping @Sendable (Place) -> Bool) {
        self.session = session
        self.feed = feed
        self.isWanted = isWanted
    }

    /// True if there were changes since the one that it knows which are not kept.
    package var missed: Bool { state.withLock { $0.missed } }

    /// The id of the newest change that it has been or will be told of.
    package var position: String { feed.position }

    /// Waits for something to tell. Throws when the task is cancelled.
    package func next() async throws(CancellationError) -> Step {
        let wake = state.withLock { $0.wake }
        guard await wake.isReached(within: feed.limits.silence) else {
            if Task.isCancelled { throw CancellationError() }
            return .quiet
        }
        let since = state.withLock { $0.lastStep }.map { MonotonicTime.now.since($0) } ?? feed.limits.interval
        if since < feed.limits.interval { try? await Task.sleep(for: feed.limits.interval - since) }
        if Task.isCancelled { throw CancellationError() }
        // Asked for before the places are taken: what changes between the two is told twice rather than not at all.
        let id = feed.position
        return state.withLock { state in
            if let end = state.end { return .end(end) }
            defer { (state.waiting, state.isWaiting) = ([], []) }
            (state.wake, state.lastStep) = (Signpost(), .now)
            return .changed(state.waiting, id: id)
        }
    }

    /// The page is gone.
    package func stop() { feed.forget(self) }

    func begin(with places: [Place], missed: Bool) {
        state.withLock { $0.missed = missed }
        if !missed { take(places) }
    }

    func take(_ places: [Place]) {
        let wanted = places.filter(isWanted)
        guard !wanted.isEmpty else { return }
        let wake = state.withLock { state in
            for place in wanted where state.isWaiting.insert(place).inserted { state.waiting.append(place) }
            if state.waiting.count > feed.limits.waiting { state.end = state.end ?? .lag }
            return state.wake
        }
        wake.reach()
    }

    func end(_ why: LiveEnd) {
        let wake = state.withLock { state in
            state.end = state.end ?? why
            return state.wake
        }
        wake.reach()
    }
}
