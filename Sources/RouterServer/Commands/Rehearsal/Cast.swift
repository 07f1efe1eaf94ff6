import Router
import Simulator
import Text
import WeCom

/// The apps and bots that somebody at a terminal can write to.
struct Cast: Sendable {
    struct Role: Sendable {
        typealias Party = Simulator.Party.End

        let name: String
        let party: Party
        /// The name by which people call a bot in a group, where it is another.
        var nameInChats: String?
        /// The group in which a bot is called.
        var group = ChatID("wrGroup")

        /// The identity by which the router knows it.
        var endpoint: Endpoint {
            switch party {
            case .app(let app): Endpoint(app.identity)
            case .webhook(let bot): .bot(bot.id)
            case .socket(let bot): .bot(bot.id)
            }
        }

        var isBot: Bool { endpoint.bot != nil }
    }

    /// A typed line by what it says, to whom and where. The remark is for the person who typed it.
    struct Addressed: Sendable {
        let role: Role
        let text: String
        var chat = InboundMessage.Chat.single
        var remark: String?
    }

    let roles: [Role]

    private var names: [String] { roles.map(\.name) }
    var bots: [Role] { roles.filter(\.isBot) }
    var apps: [FakeApp] { roles.compactMap { if case .app(let app) = $0.party { app } else { nil } } }

    func role(of endpoint: Endpoint) -> Role? { roles.first { $0.endpoint == endpoint } }

    /// Finds whom a line is for: `NAME: text` picks an app or a bot, `@NAME text` calls a bot in its group, and the first is
    /// meant otherwise.
    ///
    /// Where there is a choice, a name that is nobody's is a slip, and the line goes to nobody. Where there is none it may as
    /// well be the beginning of what is said.
    func addressed(_ line: String) throws(Typist.Trouble) -> Addressed {
        guard let first = roles.first else { throw Typist.Trouble(description: "there is nobody to write to") }
        if let called = try called(line) { return called }
        guard let (name, text) = named(line) else { return Addressed(role: first, text: line) }
        if let role = roles.first(where: { $0.name == name }) { return Addressed(role: role, text: text) }
        guard roles.count > 1 else {
            return Addressed(
                role: first, text: line, remark: "there is no app \(name): all of the line goes to \(first.name)")
        }
        throw Typist.Trouble(
            description:
                "there is no \(kinds) \(name) (\(hint(for: name, among: names))): nothing was sent. If \(name): "
                + "belongs to what you say, put a name before it, as in \(first.name): \(name): …")
    }

    private var kinds: String { bots.isEmpty ? "app" : "app or bot" }

    // MARK: In a group

    /// The text has the mention in front, by the name that people use there; nil for a line that calls nobody.
    private func called(_ line: String) throws(Typist.Trouble) -> Addressed? {
        guard line.hasPrefix("@"), !bots.isEmpty else { return nil }
        let rest = line.dropFirst()
        for bot in bots {
            for name in [bot.name, bot.nameInChats].compactMap({ $0 }) {
                guard let text = words(of: rest, behind: name) else { continue }
                let isCommand = text.hasPrefix(":") && TypedLine(text) != .say(text)
                let mention = "@\(bot.nameInChats ?? bot.name) "
                return Addressed(role: bot, text: isCommand ? text : mention + text, chat: .group(bot.group))
            }
        }
        let name = String(rest.prefix { !$0.isWhitespace })
        throw Typist.Trouble(
            description: "there is no bot \(name) (\(hint(for: name, among: bots.map(\.name)))): nothing was sent")
    }

    /// The words behind a name that stands alone.
    private func words(of rest: Substring, behind name: String) -> String? {
        guard rest.hasPrefix(name) else { return nil }
        let behind = rest.dropFirst(name.count)
        guard behind.first?.isWhitespace ?? true else { return nil }
        return String(behind.drop(while: \.isWhitespace))
    }

    // MARK: In a chat

    /// Takes the word before the first colon, wide or not, and what stands behind it. A word that nobody is called counts only
    /// with a space behind the colon: an address of the Web has none.
    private func named(_ line: String) -> (name: String, text: String)? {
        guard let colon = line.firstIndex(where: { $0 == ":" || $0 == "：" }) else { return nil }  // short: a typed line
        let name = String(line[..<colon])
        let rest = line[line.index(after: colon)...]
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(isOfName) else { return nil }
        guard names.contains(name) || rest.first == " " else { return nil }  // short: the names of apps
        return (name, String(rest.drop { $0 == " " }))
    }

    private func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }
}

extension Endpoint {
    init(_ app: FakeApp.Identity) { self = .app(AppKey(corpID: app.corpID, agentID: app.agentID)) }
}
