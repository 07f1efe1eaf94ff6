import Lifecycle
import System
package import WeCom

/// Something that happened at WeCom's end of a long connection. Sockets are counted from 1.
package enum SocketEvent: Sendable, Equatable {
    case opened(Int)
    case subscribed(Int, BotID)
    /// A command, and the code that it was answered with; nil for no answer.
    case command(Int, String, code: Int64?)
    /// Another socket has taken the bot over.
    case kicked(Int)
    case closed(Int)
}

/// The newest of what happened at WeCom's end of the long connections, to read or to wait for.
package final class SocketRecord: Sendable {
    private struct State {
        var events = Kept<SocketEvent>(limit: 10_000)
        var waiters: [(condition: @Sendable ([SocketEvent]) -> Bool, reached: Signpost)] = []
    }

    private let state = Lock(State())
    private let watchers = Lock<[@Sendable (SocketEvent) -> Void]>([])

    package var events: [SocketEvent] { state.withLock { $0.events.elements } }

    /// Returns once what has happened meets the condition, or the task is cancelled.
    package func wait(until condition: @escaping @Sendable ([SocketEvent]) -> Bool) async {
        let reached = Signpost()
        state.withLock { state in
            if condition(state.events.elements) { reached.reach() } else { state.waiters.append((condition, reached)) }
        }
        await reached.wait()
        state.withLock { $0.waiters.removeAll { $0.reached === reached } }
    }

    /// Has `watch` called with each event from now on.
    package func watch(_ watch: @escaping @Sendable (SocketEvent) -> Void) { watchers.withLock { $0.append(watch) } }

    func add(_ event: SocketEvent) {
        let met = state.withLock { state in
            state.events.append(event)
            return state.waiters.filter { $0.condition(state.events.elements) }.map(\.reached)
        }
        for reached in met { reached.reach() }
        for watch in watchers.withLock({ $0 }) { watch(event) }
    }
}
