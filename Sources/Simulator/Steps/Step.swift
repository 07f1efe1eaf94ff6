package import WeCom

/// Something that is done to the simulated WeCom, or expected of what people see there: a step of a scenario, or a request to
/// the control API.
package enum Step: Sendable {
    case say(Saying)
    case click(Click)
    /// A person opens the chat with an app or a bot.
    case enter(Who)
    /// An administrator presses Save below the URL of an app or a bot.
    case save(Who)
    case fault(FaultOrder)
    case clock(ClockChange)
    case kill(String)
    case start(String)
    case expect(Expectation)
    case expectNothing(Expectation)
    case wait(Duration)

    /// The word by which it is written.
    package enum Verb: String, CaseIterable, Sendable {
        case say, click, enter, save, fault, clock, kill, start, expect, wait
        case expectNothing = "expect_nothing"
    }

    /// A person, and the app or the bot that it is about. Nil is whoever is meant where nobody is named.
    package struct Who: Sendable, Equatable {
        package var user: String?
        package var party: String?
    }

    /// Something that a person sends.
    package struct Saying: Sendable {
        package var who: Who
        /// The group that it is said in.
        package var chat: String?
        package var content: Content

        package enum Content: Sendable {
            case text(String)
            case file(FakeMedia.Kind, FileSource)
            /// A recording, of which WeCom understood these words.
            case voice(String)
            case location(InboundMessage.Location)
        }
    }

    /// The place of a file's bytes.
    package enum FileSource: Sendable, Equatable {
        case path(String)
        case given(name: String, [UInt8])
    }

    /// A button that is pressed: of the newest card that has such words and such a button.
    package struct Click: Sendable {
        package var who: Who
        package var card: Words
        /// Its text, or its key.
        package var button: String
        /// The ids of the options that are chosen, by the keys of the questions.
        package var choices: [String: [String]]
    }

    package enum ClockChange: Sendable, Equatable {
        case ahead(Duration)
        /// The clock is the real one again.
        case real
    }
}
