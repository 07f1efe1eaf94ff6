package import Lifecycle
import WeCom

/// The times and numbers that a bot's long connection keeps to.
package struct BotConnectionLimits: Sendable {
    package var connecting = Duration.seconds(20)
    package var subscribing = Duration.seconds(15)
    /// The wait for the answer to a command.
    package var answer = Duration.seconds(10)
    /// The same for a command that carries a piece of a file.
    package var uploadAnswer = Duration.seconds(30)
    /// The time for which an answer that did not come in time may come after all.
    package var lateness = Duration.seconds(10)
    package var heartbeat = Duration.seconds(30)
    /// A connection is dead when so many heartbeats in a row were not answered.
    package var missedHeartbeats = 2
    /// Every wait is drawn from 0 up to what this allows.
    package var backoff = Backoff(first: .seconds(1), longest: .seconds(60))
    /// The number of refusals of the bot's id and secret that ends it.
    package var refusals = 3
    /// A command waits so long for the next connection: after that it takes another way, if there is one.
    package var holding = Duration.seconds(60)
    /// Commands that are under way or wait, of one connection.
    package var pending = 1000
    /// Commands that wait behind another with the same id.
    package var waiting = 100
    /// Ids of which an answer is late.
    package var lateLines = 1000
    /// The time that whoever hears has to keep a frame.
    package var hearing = Duration.seconds(3)
    /// Frames, and their bytes, that wait to be heard.
    package var unheard = 256
    package var unheardBytes = 8 << 20
    /// Bytes of a frame that comes. Files come by address, and none has more than some ten thousand.
    package var frame = 2 << 20
    /// The time that WeCom has to answer when the socket is closed.
    package var closing = Duration.seconds(2)

    package init() {}

    func answer(to command: BotCommand) -> Duration {
        if case .uploadChunk = command { uploadAnswer } else { answer }
    }
}
