import JSON
import Router

/// The results of asking, in the order of the configuration. Whatever else is asked one day has its part here.
struct OnlineReport: Sendable {
    let apps: [AppReport]
    let bots: [BotReport]
    let agents: [AgentReport]
    /// Nil when there is no `server.public_url`.
    let publicURL: PartReport?
    /// Nil where WeCom has not told the time.
    let clock: PartReport?
    /// Nil when `server.public_url` is not of https.
    let certificate: PartReport?
    /// Nil where the store is no file that is there.
    let store: PartReport?
    /// The callbacks that the server refused which runs here.
    var refusals: RefusalReport?
    let language: ChatTexts.Language

    private var parts: [PartReport] { [publicURL, certificate, clock, store].compactMap(\.self) }

    private var findings: [OnlineFinding] {
        apps.flatMap(\.findings) + bots.flatMap(\.findings) + agents.flatMap(\.findings) + parts.flatMap(\.findings)
    }

    var errors: Int { findings.count { $0.severity == .error } }
    var isWell: Bool { errors == 0 }

    func lines(in source: String) -> [String] {
        apps.flatMap { $0.lines(in: source) } + bots.flatMap { $0.lines(in: source) }
            + agents.flatMap { $0.lines(in: source) } + parts.flatMap { $0.lines(in: source) }
            + (refusals?.lines(in: source, language) ?? [])
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

/// The findings about something that is neither app, bot nor agent: the way from outside to us, the clock, the store.
struct PartReport: Sendable {
    var findings: [OnlineFinding] = []
    var goodNews = ""

    var isWell: Bool { findings.allSatisfy { $0.severity != .error } }

    var json: JSONValue { ["ok": .bool(isWell), "findings": .array(findings.map(\.json))] }

    func lines(in source: String) -> [String] {
        findings.map { $0.line(about: nil, in: source) } + (goodNews.isEmpty ? [] : [goodNews])
    }
}
