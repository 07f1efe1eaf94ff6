package import System
package import WeCom

/// Something that people see happen in a chat.
package enum Happening: Sendable {
    case delivered(SentMessage)
    /// The message as it was.
    case recalled(SentMessage, at: MonotonicTime)
    case updated(CardUpdate)
}

extension Happening {
    package var message: SentMessage {
        switch self {
        case .delivered(let message), .recalled(let message, _): message
        case .updated(let update): update.message
        }
    }

    package var at: MonotonicTime {
        switch self {
        case .delivered(let message): message.at
        case .recalled(_, let at): at
        case .updated(let update): update.at
        }
    }

    /// The app's call that made it happen, and whom it concerns.
    package var call: String {
        switch self {
        case .delivered(let message): "message/send to \(message.to)"
        case .recalled(let message, _): "message/recall from \(message.to)"
        case .updated(let update): "message/update_template_card for \(update.users.map(\.text).joined(separator: "|"))"
        }
    }
}

/// A card that an app changed after it was sent.
package struct CardUpdate: Sendable {
    package enum Change: Sendable {
        /// All buttons are grey, and one says this.
        case buttonsRenamed(String)
        case replaced(FakeCard)
    }

    package let at: MonotonicTime
    package let message: SentMessage
    /// Those who see the change.
    package let users: [UserID]
    package let change: Change
}

/// A request that WeCom refused by itself, not because a fault was ordered.
package struct RefusedCall: Sendable {
    /// The path of the call, as `message/send`.
    package let call: String
    package let code: Int64
    package let reason: String
}
