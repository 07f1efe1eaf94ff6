import Lifecycle
import WeCom

/// One socket of a bot, from when it is wanted: what is to be written to it, and the sign that it is wanted no more.
final class BotSocketLink: Sendable {
    struct Written: Sendable {
        let id: BotRequestID
        let command: BotCommand
    }

    let number: Int
    let over = Signpost()
    let commands: AsyncStream<Written>
    private let writing: AsyncStream<Written>.Continuation

    /// The machine bounds what is under way; beyond that, a socket that takes nothing holds back so much.
    init(_ number: Int, room: Int) {
        self.number = number
        (commands, writing) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(room))
    }

    /// False if there is no room.
    func write(_ command: Written) -> Bool {
        if case .dropped = writing.yield(command) { false } else { true }
    }
}
