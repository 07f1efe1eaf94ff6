import Simulator
import System
import WeCom

/// Somebody at a terminal who does as a WeCom user what the lines say that are typed.
struct Typist: Sendable {
    let wecom: FakeWeCom
    let user: UserID

    /// The reason why nothing was posted.
    struct Trouble: Error, CustomStringConvertible {
        let description: String
    }

    /// The largest file that WeCom carries.
    private static let maxFileBytes = 20 << 20

    /// The way of a line to whom it is for.
    enum Step: Sendable {
        case posted(CallbackTry)
        /// Given over the bot's connection.
        case given
    }

    /// Does what a line says; `passing` hears of each step. False if nobody took it.
    func act(
        _ line: TypedLine, of addressed: Cast.Addressed, passing: @escaping @Sendable (Step) -> Void
    ) async throws(Trouble) -> Bool {
        switch addressed.role.party {
        case .app(let app):
            let tries = try await act(line, on: app)
            for made in tries { passing(.posted(made)) }
            return tries.last?.isAcknowledged == true
        case .webhook(let bot): return try await act(line, on: bot, in: addressed.chat, passing)
        case .socket(let bot):
            return try await act(line, on: bot, called: addressed.role.name, in: addressed.chat, passing)
        }
    }

    private func act(_ line: TypedLine, on app: FakeApp) async throws(Trouble) -> [CallbackTry] {
        switch line {
        case .say(let text): return await wecom.say(text, as: user, to: app)
        case .send(let kind, let path):
            return await wecom.send(try bytes(of: path), kind, named: name(of: path), as: user, to: app)
        case .location(let location): return await wecom.send(.location(location), as: user, to: app)
        case .enter: return await wecom.send(.event(.enterAgent), as: user, to: app)
        case .press(let number, let options): return try await press(number, options, on: app)
        case .help: throw Trouble(description: TypedLine.helpText)
        case .wrong(let why): throw Trouble(description: why)
        }
    }

    func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    func bytes(of path: String) throws(Trouble) -> [UInt8] {
        do { return try readFile(path, limit: Typist.maxFileBytes) } catch { throw Trouble(description: "\(error)") }
    }

    private func press(_ number: Int, _ options: [String], on app: FakeApp) async throws(Trouble) -> [CallbackTry] {
        let mine = wecom.transcript.delivered.filter { $0.app == app.identity && $0.recipients.contains(user) }
        guard let message = mine.last(where: { $0.card?.pressable.isEmpty == false }),
            let card = wecom.card(of: message, seenBy: user)
        else { throw Trouble(description: "no card with a button has come yet") }
        guard card.pressable.indices.contains(number - 1) else {
            throw Trouble(description: "the last card has \(card.pressable.count) to press")
        }
        let choices = card.questions.map { question in
            (question.key, options.filter { id in question.options.contains { $0.id == id } })
        }
        return await wecom.press(
            card.pressable[number - 1].key, of: message, choices: Dictionary(choices) { $1 }, as: user, to: app)
    }
}

extension TypedLine {
    /// True if the app has to answer: what happens without a word may be passed over without one.
    var wantsAnswer: Bool {
        switch self {
        case .say, .send, .location: true
        case .enter, .press, .help, .wrong: false
        }
    }
}
