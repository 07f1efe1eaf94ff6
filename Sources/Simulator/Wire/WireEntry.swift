package import System
package import WeCom

/// One exchange that went over the simulated WeCom's wire: a callback, a call of the API, or a frame of a long connection.
package struct WireEntry: Sendable, Identifiable {
    package enum Direction: Sendable {
        /// From WeCom to the router.
        case callback
        /// From the router to WeCom.
        case call
    }

    /// The app or the bot that it is about.
    package enum Subject: Hashable, Sendable {
        case app(FakeApp.Identity)
        case bot(BotID)
    }

    /// One of the two sides of an exchange, as it went over the wire.
    package struct Side: Sendable {
        /// The method and the address of a request; empty for an answer and for a frame.
        package var line = ""
        package var headers: [String] = []
        /// No more than `WireEntry.keptBytes` of it are kept.
        package var body: [UInt8] = []
        package var size = 0
        /// The document that was sealed in it.
        package var opened: [UInt8]?

        package init(line: String = "", headers: [String] = [], body: [UInt8] = [], opened: [UInt8]? = nil) {
            self.line = line
            self.headers = headers
            self.body = Array(body.prefix(WireEntry.keptBytes))
            size = body.count
            self.opened = opened.map { Array($0.prefix(WireEntry.keptBytes)) }
        }
    }

    static let keptBytes = 32 << 10

    package internal(set) var id = 0
    /// The moment at which it began, by the simulated clock.
    package internal(set) var at: Timestamp
    package let direction: Direction
    /// The name of the call, as in `message/send`, or the kind of callback.
    package let name: String
    /// A few words of what it is about.
    package var note = ""
    package var subject: Subject?
    /// The people whom it names.
    package var users: [UserID] = []
    package var group: ChatID?
    /// The ids of the messages and streams that it brought, by which what people see is found.
    package var links: Set<String> = []
    /// The number of its try, and how many there are at most.
    package internal(set) var attempt: (number: Int, most: Int)?
    /// The number of exchanges of this kind about the same stream; 0 where none are counted.
    package internal(set) var polls = 0
    package var request = Side()
    package var answer: Side?
    /// The sizes of what is sealed in the request.
    package var layout: SealedLayout?
    package var status: Int?
    package var code: Int64?
    /// The reason why there is no answer.
    package var failure: String?
    package var took: Duration?
    /// The things about it of which nobody is told.
    package internal(set) var silences: [Silence] = []
    /// WeCom posts it no more, and nobody has taken it.
    package internal(set) var isGivenUp = false
    /// It met a fault that was ordered.
    package var fault: Faults.Kind?

    package init(_ direction: Direction, _ name: String, at: Timestamp) {
        self.direction = direction
        self.name = name
        self.at = at
    }

    /// True until there is an answer, or nothing more to wait for.
    package var isOpen: Bool { took == nil }

    /// True if something about it is not as it should be.
    package var isTrouble: Bool {
        if isOpen { return false }
        if failure != nil || fault != nil || silences.contains(where: \.isTrouble) { return true }
        if let code, code != 0 { return true }
        return status.map { $0 >= 400 } ?? false
    }
}

/// The parts of what is sealed, in bytes, in their order.
package struct SealedLayout: Sendable, Equatable {
    package static let random = 16
    package static let length = 4
    package let message: Int
    package let receiver: Int
    package let total: Int

    package var padding: Int { total - SealedLayout.random - SealedLayout.length - message - receiver }
}
