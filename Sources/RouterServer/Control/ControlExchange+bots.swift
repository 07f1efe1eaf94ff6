import HTTP
import JSON
import Router
import Text
import WeCom

/// `/v1/bots`.
extension ControlExchange {
    /// `rest` is the path behind it.
    func bots(_ rest: [Substring]) async throws -> JSONValue {
        switch (rest.count, rest.last) {
        case (0, _):
            try request.expect(.get, parameters: ["limit", "before"])
            return try await listBots()
        case (1, let name?):
            try request.expect(.get)
            return try await standing(of: name).json
        case (2, "reconnect"):
            try request.expect(.post)
            return try await steer(rest[0], isToConnect: true)
        case (2, "disconnect"):
            try request.expect(.post)
            return try await steer(rest[0], isToConnect: false)
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    private func listBots() async throws -> JSONValue {
        let limit = try request.query.limit() ?? LedgerFilter().limit
        let all = try await standings()
        // In the order of names there is a place for one that has gone.
        let behind = request.query["before"].map { name in all.filter { $0.bot.name > name } } ?? all
        let page = behind.prefix(limit)
        return [
            "bots": .array(page.map(\.json)),
            "default_bot": directory.defaultBot.map { .string($0.name) } ?? .null,
            "next": behind.count > limit ? page.last.map { .string($0.bot.name) } ?? .null : .null,
        ]
    }

    private func standings() async throws -> [BotStanding] {
        guard let live else { return BotStanding.all(serving, nil, kept: try await store.botRecords()) }
        let shared = try await live.sockets.shared()
        return BotStanding.all(
            serving, live, shared: shared, kept: shared.isEmpty ? [:] : try await store.botRecords(), at: now)
    }

    /// Finds a bot by its name, or as bot/<id>.
    private func standing(of name: Substring) async throws -> BotStanding {
        let all = try await standings()
        let key = "bot/\(name)"
        guard
            let found = all.first(where: { $0.bot.name.isSame(as: name) || $0.bot.endpoint.description.isSame(as: key) }
            )
        else {
            throw ControlRefusal.unknown(
                "bot \(shown(String(name))) (\(hint(for: String(name), among: all.map(\.bot.name))))")
        }
        return found
    }

    /// Connects or disconnects a bot. Where no server runs it is noted for the next start.
    private func steer(_ name: Substring, isToConnect: Bool) async throws -> JSONValue {
        let standing = try await standing(of: name)
        guard let id = standing.bot.endpoint.bot, !standing.isCalled else {
            throw ControlRefusal.notNow(
                "\(standing.bot.name) has no connection: WeCom calls it; enabled: false switches it off")
        }
        if standing.dormancy != nil, isToConnect {
            throw ControlRefusal.notNow("\(standing.bot.name) is \(standing.state): \(standing.off ?? "")")
        }
        if let live {
            let isHeld =
                isToConnect ? try await live.sockets.reconnect(id) : try await live.sockets.disconnect(id, at: now)
            if !isHeld { try await live.records.noteDisconnected(id, since: isToConnect ? nil : now) }
        } else {
            try await store.noteDisconnected(id, since: isToConnect ? nil : now)
        }
        return try await self.standing(of: name).json
    }
}
