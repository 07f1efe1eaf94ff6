import JSON
package import System
package import WeCom

/// The part of a played world that outlives a restart of ours: what was made up, who came in, and what apps hold.
package struct KeptWorld: Sendable, Equatable {
    /// An access token that an app holds.
    package struct Token: Sendable, Equatable {
        package let text: Secret
        package let app: FakeApp.Identity
        package let expires: Timestamp

        package init(text: Secret, app: FakeApp.Identity, expires: Timestamp) {
            self.text = text
            self.app = app
            self.expires = expires
        }
    }

    package var seed: WorldSeed
    /// Those in an open corp whom nobody had listed and who spoke.
    package var strangers: [CorpID: [UserID]] = [:]
    package var tokens: [Token] = []
    /// The number of messages that apps have sent: their ids go on behind it.
    package var sent = 0

    package init(seed: WorldSeed) { self.seed = seed }

    private static let version: Int64 = 1
    /// More are not kept.
    static let mostTokens = 4096
    static let mostStrangers = 10_000

    // MARK: As JSON

    var json: JSONValue {
        let corps = strangers.sorted { $0.key.text < $1.key.text }.map { corp, users -> JSONValue in
            ["corp_id": .string(corp.text), "users": .array(users.map { .string($0.text) })]
        }
        let tokens = tokens.map { token -> JSONValue in
            [
                "token": .string(token.text.reveal()), "corp_id": .string(token.app.corpID.text),
                "agent_id": .integer(token.app.agentID.number), "expires": .integer(token.expires.milliseconds),
            ]
        }
        return [
            "version": .integer(KeptWorld.version), "seed": .integer(Int64(clamping: seed.number)),
            "sent": .integer(Int64(sent)), "strangers": .array(corps), "tokens": .array(tokens),
        ]
    }

    /// nil for what is none, or one of another version.
    init?(_ json: JSONValue) {
        guard json["version"]?.integer == KeptWorld.version, let seed = json["seed"]?.integer, seed >= 0,
            let sent = json["sent"]?.integer, sent >= 0, let corps = json["strangers"]?.array,
            let tokens = json["tokens"]?.array
        else { return nil }
        self.init(seed: WorldSeed(UInt64(seed)))
        self.sent = Int(sent)
        for corp in corps {
            guard let id = corp["corp_id"]?.string, let users = corp["users"]?.array else { return nil }
            strangers[CorpID(id)] = users.prefix(KeptWorld.mostStrangers).compactMap(\.string).map { UserID($0) }
                .filter(\.isWellFormed)
        }
        for token in tokens.prefix(KeptWorld.mostTokens) {
            guard let text = token["token"]?.string, let corp = token["corp_id"]?.string,
                let agent = token["agent_id"]?.integer, let expires = token["expires"]?.integer
            else { return nil }
            self.tokens.append(
                Token(
                    text: Secret(text), app: FakeApp.Identity(corpID: CorpID(corp), agentID: AgentID(agent)),
                    expires: Timestamp(milliseconds: expires)))
        }
    }
}

extension FakeWeCom {
    /// All that is to outlive a restart of a world of that seed.
    package func kept(seed: WorldSeed) -> KeptWorld {
        var kept = KeptWorld(seed: seed)
        kept.tokens = api.tokens.kept()
        api.state.withLock { state in
            kept.sent = state.sent
            for (corp, book) in state.corps where !book.strangers.isEmpty {
                kept.strangers[corp] = book.strangers.sorted { $0.folded < $1.folded }
            }
        }
        return kept
    }

    /// Goes on where a world was before a restart. What is about apps that are no more is passed over.
    package func goOn(from kept: KeptWorld) {
        api.tokens.take(kept.tokens)
        for (corp, users) in kept.strangers {
            changeCorp(corp) { book in for user in users { book.note(user) } }
        }
        api.state.withLock { $0.sent = max($0.sent, kept.sent) }
    }
}
