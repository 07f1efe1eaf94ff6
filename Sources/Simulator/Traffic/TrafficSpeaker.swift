import System
import WeCom

/// Somebody who writes to one app, and perhaps to a bot: one message at a time.
struct TrafficSpeaker {
    /// Something to say.
    enum Saying {
        /// The callback as it goes over the wire.
        case callback([UInt8])
        case bot

        var size: Int { if case .callback(let bytes) = self { bytes.count } else { 0 } }
    }

    let user: UserID
    let app: FakeApp?
    let bot: TrafficBot?
    /// The place where the app's callbacks are posted to.
    let address: CallbackAddress?
    /// The messages that were sealed ahead, the next first.
    var sealed: [Saying] = []
    /// The message that is open; nil while nothing is.
    var open: Open?

    struct Open {
        /// The number by which what comes of it is told from what comes of another.
        let number: Int
        var due: MonotonicTime
        let counts: Bool
        var isAcknowledged = false
        var isAnswered = false
    }
}

/// A bot that is written to.
package enum TrafficBot: Sendable {
    case webhook(FakeBot)
    case socket(FakeSocketBot)
}
