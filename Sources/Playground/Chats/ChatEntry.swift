import JSON
import Pages
import Simulator
import System
import WeCom

/// Something that stands in a chat.
struct ChatEntry: Sendable, Identifiable {
    enum Author: Sendable, Hashable {
        case person(UserID)
        case app(FakeApp.Identity)
        case bot(BotID)
    }

    enum Content: Sendable {
        /// The words or the file of a person.
        case said(Said)
        /// A message of an app.
        case sent(SentMessage)
        /// A bot's bubble, which may grow.
        case shown(Bubble)
    }

    /// The way of a person's words to those who are to hear them.
    enum Arrival: Sendable, Equatable {
        case underway, arrived
        /// They were taken by nobody, for this reason.
        case refused(String)
    }

    /// Messages of an app that a person was not shown.
    struct Drops: Sendable {
        var count: Int
        var over: FakeMemberLimits.Excess
        /// The moment of the last.
        var at: Timestamp
    }

    let id: Int
    let at: Timestamp
    let author: Author
    var content: Content
    var arrival = Arrival.arrived
    var isRecalled = false
    /// A bot changes nothing of it any more.
    var isOver = false
    /// The key of the button that was pressed, until the app has made something of it.
    var pressed: String?
    /// The card that a bot has put in the place of the one that was pressed.
    var card: JSONValue?
    var rating: Rating?
    /// The app has made nothing of the last press in time.
    var isUnanswered = false
    /// The messages behind it that WeCom has dropped.
    var drops: Drops?
    /// The time for which a bot was seen to think.
    var thought: Duration?
    /// The ids by which the wire knows it.
    var links: Set<String> = []

    /// True if it stays as it is, as far as anybody can tell.
    var isSettled: Bool {
        if arrival == .underway { return false }
        if case .shown(let bubble) = content { return bubble.isFinished || isOver }
        return true
    }
}

/// A person's opinion of what a bot has said.
enum Rating: String, CaseIterable, Sendable {
    case good, bad

    func name(_ words: Language) -> String {
        switch self {
        case .good: words("有用", "Useful")
        case .bad: words("没用", "Not useful")
        }
    }
}

/// A person's words or file, and the messages that carried them.
struct Said: Sendable {
    enum Words: Sendable {
        case text(String)
        case file(FakeMedia)
        case voice(FakeMedia, seconds: Int, recognition: String?)
        case place(InboundMessage.Location)
        /// Something said elsewhere than on these pages, of this type.
        case other(String)
    }

    let words: Words
    /// The messages that carry it: in a group one to each bot that is called.
    var posts: [Post] = []

    struct Post: Sendable {
        enum Receiver: Sendable {
            case app(FakeApp)
            case bot(Roster.Bot)
        }

        let message: InboundMessage
        let receiver: Receiver
    }
}
