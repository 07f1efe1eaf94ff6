import JSON
import Router
import Text
import WeCom

/// The app or bot that is to send a message: the one that it names, or the one that is meant where it names none.
struct MessageSender {
    private let directory: AppDirectory

    private static let mostNamed = 5

    init(among directory: AppDirectory) { self.directory = directory }

    func find(_ members: [JSONValue.Member]) throws -> App {
        let (app, bot) = (try name("app", members), try name("bot", members))
        if let app, bot != nil {
            throw MessageFault(field: "bot", problem: .unfit("stands beside app \(shown(app)): one of them sends it"))
        }
        if let app { return try self.app(named: app) }
        if let bot { return try self.bot(named: bot) }
        return try meant(isForChat: members.contains { $0.name.isSame(as: "chat") })
    }

    private func name(_ field: String, _ members: [JSONValue.Member]) throws -> String? {
        let names = members.filter { $0.name.isSame(as: field) }.map(\.value)
        guard names.count <= 1 else { throw MessageFault(field: field, problem: .standsTwice) }
        guard let name = names.first else { return nil }
        guard let text = name.string else { throw MessageFault(field: field, problem: .wrongKind(wanted: "a string")) }
        return text
    }

    private var apps: [App] { directory.apps.filter { $0.key != nil } }

    private func app(named name: String) throws -> App {
        guard let app = directory[named: name] ?? Endpoint(name).flatMap({ directory[$0] }) else {
            throw MessageFault(
                field: "app",
                problem: .unfit("names no app of the configuration: \(hint(for: name, among: apps.map(\.name)))"))
        }
        guard app.key != nil else {
            throw MessageFault(field: "app", problem: .unfit("names \(app.name), which is a bot: name it as bot"))
        }
        return app
    }

    private func bot(named name: String) throws -> App {
        guard let bot = directory[named: name] ?? Endpoint(name).flatMap({ directory[$0] }), bot.key == nil else {
            throw MessageFault(field: "bot", problem: .unfit(strange(name)))
        }
        try check(bot)
        return bot
    }

    private func strange(_ name: String) -> String {
        if let dormant = directory.dormant.first(where: { $0.app.name == name }) {
            return "names \(dormant.app.name), which is \(dormant.reason.rawValue) and not served"
        }
        let bots = directory.apps.filter { $0.key == nil }.map(\.name)
        return "names no bot of the configuration: \(hint(for: name, among: bots))"
    }

    /// The only app; where there is none, or for a group chat, the bot that is meant.
    private func meant(isForChat: Bool) throws -> App {
        if !isForChat, apps.count == 1 { return apps[0] }
        guard isForChat || apps.isEmpty else { throw MessageFault(field: "app", problem: .missing) }
        guard let bot = directory.defaultBot else { throw MessageFault(field: "bot", problem: .missing) }
        try check(bot)
        return bot
    }

    /// Refuses a bot that has no way to somebody who has not just written.
    private func check(_ bot: App) throws {
        guard bot.keys != nil else { return }
        let names = apps.prefix(MessageSender.mostNamed).map(\.name).joined(separator: ", ")
        let fallback = bot.traits.hasFallback ? "its fallback_app" : "an app"
        throw MessageFault(
            field: "bot",
            problem: .unfit(
                "names \(bot.name), a webhook bot, which can only answer: send through \(fallback)"
                    + (names.isEmpty ? "" : " (\(names))")))
    }
}
