import Crypto
import WeCom

extension World.App {
    /// The app as WeCom plays it.
    package func played() throws -> FakeApp {
        var app = FakeApp(
            corpID: corpID, agentID: agentID, secret: secret,
            keys: try CallbackKeys(token: token, encodingAESKey: encodingAESKey), callbackURL: callbackURL)
        app.trustedAddresses = trustedAddresses
        return app
    }
}

extension World.Bot {
    /// The same of a bot that is called; nil of others.
    package func playedWebhook() throws -> FakeBot? {
        guard case .webhook(let token, let key) = wire else { return nil }
        return FakeBot(id: id, keys: try CallbackKeys(token: token, encodingAESKey: key), callbackURL: callbackURL)
    }

    /// The same of a bot that connects; nil of others.
    package var playedSocket: FakeSocketBot? {
        guard case .socket(let secret) = wire else { return nil }
        return FakeSocketBot(id: id, secret: secret)
    }
}

extension FakeWeCom {
    /// Enters a world's people into the address books, and lets its bots connect. Its apps are those that we were made for.
    package func settle(_ world: World) {
        for corp in world.corps {
            let agents = Set(world.apps.filter { $0.corpID == corp.id }.map(\.agentID))
            let hiding = world.apps.filter { $0.corpID == corp.id && $0.seenBy != nil }
            changeCorp(corp.id) { book in
                book.isOpen = corp.isOpen
                for department in corp.departments where book.department(department.id) == nil { book.add(department) }
                for tag in corp.tags where book.tag(tag.id) == nil { book.add(tag) }
                for member in corp.members {
                    let hidden = hiding.filter { $0.seenBy?.contains(member.userID) == false }.map(\.agentID)
                    book.add(
                        FakeMember(
                            member.userID, name: member.name, departments: member.departments, tags: member.tags,
                            visibleTo: hidden.isEmpty ? nil : agents.subtracting(hidden)))
                }
            }
        }
        for bot in world.bots.compactMap(\.playedSocket) { sockets.add(bot) }
    }
}
