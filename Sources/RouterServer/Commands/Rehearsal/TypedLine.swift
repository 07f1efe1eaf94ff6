package import Simulator
package import WeCom

/// A line that somebody types as a WeCom user: words to say, or, behind a colon, something else to do.
package enum TypedLine: Equatable, Sendable {
    case say(String)
    case send(FakeMedia.Kind, path: String)
    case location(InboundMessage.Location)
    /// Opens the chat.
    case enter
    /// Presses what bears this number on the last card; the ids are of options that are chosen.
    case press(Int, choosing: [String])
    case help
    /// Meant as a command, and not understood.
    case wrong(String)

    package static let helpText = """
        NAME: TEXT                                          say it to the app or bot of that name
        @NAME TEXT                                          call a bot in a group
        :image PATH  :voice PATH  :video PATH  :file PATH   send a file
        :location LATITUDE,LONGITUDE [LABEL]                send a place
        :enter                                              open the chat
        :click NUMBER [OPTION…]                             press a button of the last card
        Any other line is said as it stands. Behind NAME: these work as well.

        """

    /// A colon and two letters begin a command: a smile does not.
    package init(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard line.hasPrefix(":"), let first = words.first, first.utf8.count > 2,
            first.dropFirst().allSatisfy({ $0.isASCII && $0.isLetter })
        else {
            self = .say(line)
            return
        }
        self = TypedLine.command(String(first.dropFirst()), words.count > 1 ? words[1] : "")
    }

    private static func command(_ name: String, _ rest: String) -> TypedLine {
        switch name {
        case "image", "voice", "video", "file":
            guard let kind = FakeMedia.Kind(rawValue: name), !rest.isEmpty else {
                return .wrong(":\(name) needs a path")
            }
            return .send(kind, path: rest)
        case "location": return location(rest)
        case "enter": return .enter
        case "click":
            let words = rest.split(separator: " ").map(String.init)
            guard let number = words.first.flatMap({ Int($0) }), number > 0 else {
                return .wrong(":click needs the number of a button")
            }
            return .press(number, choosing: Array(words.dropFirst()))
        case "help": return .help
        default: return .wrong(":\(name) is nothing we know; :help lists what is")
        }
    }

    private static func location(_ rest: String) -> TypedLine {
        guard let location = InboundMessage.Location(written: rest) else {
            return .wrong(":location needs a latitude and a longitude, as in 23.1,113.3")
        }
        return .location(location)
    }
}
