package import WeCom

/// An app or a bot that people write to, under the name that it has.
package struct Party: Sendable {
    /// The other end of an app, or of a bot in one of its ways.
    package enum End: Sendable {
        case app(FakeApp)
        case webhook(FakeBot)
        case socket(FakeSocketBot)
    }

    package let name: String
    package let end: End
    /// The name by which people call a bot in a group, where it is another.
    package let nameInChats: String?

    package init(name: String, end: End, nameInChats: String? = nil) {
        self.name = name
        self.end = end
        self.nameInChats = nameInChats
    }

    package var app: FakeApp? { if case .app(let app) = end { app } else { nil } }

    package var bot: BotID? {
        switch end {
        case .app: nil
        case .webhook(let bot): bot.id
        case .socket(let bot): bot.id
        }
    }

    /// The word behind the @ that calls it in a group.
    var calledName: String { nameInChats ?? name }
}
