import Crypto
import Lifecycle
import System
import Text

/// The changes of what pages show, told to every page that is open. It holds the places that changed and not how: whoever
/// listens renders what stands there by then, so that of many changes of one place only the last is sent.
///
/// It never waits for a listener. One that leaves too much unread is told to go, and a page without listeners costs a number
/// and a place in a ring.
package final class LiveFeed<Place: Hashable & Sendable>: Sendable {
    /// The bounds of a feed.
    package struct Limits: Sendable {
        package var listeners = 32
        /// A browser has six connections to a server in all.
        package var listenersOfSession = 4
        /// The changes that a page which lost its connection may catch up with.
        package var kept = 512
        /// The age of a missed change from which on a page does better to ask for all anew.
        package var fills = Duration.seconds(5)
        /// The places that may wait for one listener.
        package var waiting = 256
        /// The time from one message to the next.
        package var interval = Duration.milliseconds(100)
        /// The longest silence: what comes then finds those that are gone.
        package var silence = Duration.seconds(15)

        package init() {}
    }

    private struct State {
        var sequence: UInt64 = 0
        /// The newest changes, the oldest first.
        var ring: [(sequence: UInt64, place: Place, at: MonotonicTime)] = []
        var listeners: [LiveListener<Place>] = []
        var isClosed = false
    }

    /// Tells this run of the program from others, so that a page knows when nothing of what it shows is any longer true.
    package let boot = randomBytes(4).hexText
    let limits: Limits
    private let state = Lock(State())

    package init(limits: Limits = Limits()) { self.limits = limits }

    /// The number of pages that listen.
    package var listenerCount: Int { state.withLock { $0.listeners.count } }

    /// The id of the last change: what a page that is rendered now already shows.
    package var position: String { "\(boot).\(state.withLock { $0.sequence })" }

    /// Says that something else stands at these places now.
    package func note(_ places: Place...) { note(places) }

    package func note(_ places: [Place]) {
        let now = MonotonicTime.now
        let listeners = state.withLock { state in
            for place in places {
                state.sequence += 1
                state.ring.append((state.sequence, place, now))
            }
            // A quarter at a time, so that appending stays cheap.
            if state.ring.count > limits.kept + limits.kept / 4 {
                state.ring.removeFirst(state.ring.count - limits.kept)
            }
            return state.listeners
        }
        for listener in listeners { listener.take(places) }
    }

    /// Begins to listen for the places that are wanted. With the id of a change it is told first what came since, if that is
    /// still known and not long ago: `missed` says whether some of it is not. The oldest listener of a session, or of all, gives way.
    package func listen(
        session: String, after last: String?, wanting isWanted: @escaping @Sendable (Place) -> Bool
    ) -> LiveListener<Place> {
        let listener = LiveListener(session: session, feed: self, wanting: isWanted)
        let going: [LiveListener<Place>] = state.withLock { state in
            let known = last.flatMap { changes(since: $0, in: state, wanting: isWanted) }
            listener.begin(with: known ?? [], missed: last != nil && known == nil)
            state.listeners.append(listener)
            if state.isClosed { listener.end(LiveEnd.draining) }
            return displaced(by: listener, in: &state)
        }
        for other in going { other.end(LiveEnd.newerTab) }
        return listener
    }

    /// Sends all away who listen, and whoever comes later.
    package func close() {
        let listeners = state.withLock { state in
            state.isClosed = true
            return state.listeners
        }
        for listener in listeners { listener.end(LiveEnd.draining) }
    }

    /// Sends those of a session away.
    package func end(session: String, _ why: LiveEnd) {
        let listeners = state.withLock { $0.listeners.filter { $0.session.isSame(as: session) } }
        for listener in listeners { listener.end(why) }
    }

    func forget(_ listener: LiveListener<Place>) {
        state.withLock { $0.listeners.removeAll { $0 === listener } }
    }

    /// nil where some of it is not known, or came too long ago.
    private func changes(
        since id: String, in state: State, wanting isWanted: (Place) -> Bool
    ) -> [Place]? {
        guard let (name, number) = id.cut(around: "."), name.isSame(as: boot), let last = UInt64(number),
            last <= state.sequence
        else { return nil }
        let first = state.ring.first?.sequence ?? state.sequence + 1
        guard last + 1 >= first else { return nil }
        let missed = state.ring.filter { $0.sequence > last && isWanted($0.place) }
        guard missed.first.map({ MonotonicTime.now.since($0.at) <= limits.fills }) ?? true else { return nil }
        return missed.map(\.place)
    }

    private func displaced(by newest: LiveListener<Place>, in state: inout State) -> [LiveListener<Place>] {
        var going: [LiveListener<Place>] = []
        let others = state.listeners.filter { $0.session.isSame(as: newest.session) }
        going += others.dropLast(limits.listenersOfSession)
        let left = state.listeners.filter { listener in !going.contains { $0 === listener } }
        going += left.dropLast(limits.listeners)
        state.listeners.removeAll { listener in going.contains { $0 === listener } }
        return going
    }
}
