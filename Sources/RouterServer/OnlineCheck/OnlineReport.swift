import JSON

/// The results of asking, in the order of the configuration. Whatever else is asked one day has its part here.
struct OnlineReport: Sendable {
    let apps: [AppReport]
    let bots: [BotReport]
    let agents: [AgentReport]
    /// Nil when there is no `server.public_url`.
    let publicURL: PublicURLReport?

    private var findings: [OnlineFinding] {
        apps.flatMap(\.findings) + bots.flatMap(\.findings) + agents.flatMap(\.findings) + (publicURL?.findings ?? [])
    }

    var errors: Int { findings.count { $0.severity == .error } }
    var isWell: Bool { errors == 0 }

    func lines(in source: String) -> [String] {
        apps.flatMap { $0.lines(in: source) } + bots.flatMap { $0.lines(in: source) }
            + agents.flatMap { $0.lines(in: source) }
            + (publicURL?.lines(in: source) ?? [])
    }
}

/// The findings about one app.
struct AppReport: Sendable {
    let app: String
    var findings: [OnlineFinding] = []
    /// The addresses that WeCom's callbacks come from.
    var callbackAddresses: [String] = []
    /// The things that are well, in short.
    var goodNews: [String] = []

    var isWell: Bool { findings.allSatisfy { $0.severity != .error } }

    var json: JSONValue {
        [
            "app": .string(app), "ok": .bool(isWell), "findings": .array(findings.map(\.json)),
            "callback_addresses": .array(callbackAddresses.map { .string($0) }),
        ]
    }

    func lines(in source: String) -> [String] {
        findings.map { $0.line(about: "app \(app)", in: source) }
            + (isWell ? ["app \(app): \(goodNews.joined(separator: "; "))"] : [])
    }
}

/// The findings about one bot.
struct BotReport: Sendable {
    let bot: String
    var findings: [OnlineFinding] = []
    /// The things that are well, in short.
    var goodNews: [String] = []

    init(bot: String) { self.bot = bot }

    var isWell: Bool { findings.allSatisfy { $0.severity != .error } }

    var json: JSONValue {
        ["bot": .string(bot), "ok": .bool(isWell), "findings": .array(findings.map(\.json))]
    }

    func lines(in source: String) -> [String] {
        findings.map { $0.line(about: "bot \(bot)", in: source) }
            + (isWell && !goodNews.isEmpty ? ["bot \(bot): \(goodNews.joined(separator: "; "))"] : [])
    }
}

/// The findings about one agent.
struct AgentReport: Sendable {
    let agent: String
    var findings: [OnlineFinding] = []
    var goodNews = ""

    init(agent: String) { self.agent = agent }

    var isWell: Bool { findings.allSatisfy { $0.severity != .error } }

    var json: JSONValue {
        [
            "agent": .string(agent), "ok": .bool(isWell), "findings": .array(findings.map(\.json)),
            "description": .string(goodNews),
        ]
    }

    func lines(in source: String) -> [String] {
        findings.map { $0.line(about: "agent \(agent)", in: source) }
            + (isWell && !goodNews.isEmpty ? ["agent \(agent): \(goodNews)"] : [])
    }
}

/// The findings about the way from outside to us.
struct PublicURLReport: Sendable {
    var findings: [OnlineFinding] = []
    var goodNews = ""

    var isWell: Bool { findings.allSatisfy { $0.severity != .error } }

    var json: JSONValue { ["ok": .bool(isWell), "findings": .array(findings.map(\.json))] }

    func lines(in source: String) -> [String] {
        findings.map { $0.line(about: nil, in: source) } + (goodNews.isEmpty ? [] : [goodNews])
    }
}
