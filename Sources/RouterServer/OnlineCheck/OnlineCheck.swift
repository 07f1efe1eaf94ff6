import HTTP
import Router
import System
import WeCom

/// Asks those whom a configuration names whether it is true: WeCom, as every app and for every bot; the agents; our own
/// public address.
///
/// Asking changes nothing, sends nobody anything, and takes no bot from whoever has it.
struct OnlineCheck: Sendable {
    let configuration: Configuration
    let transport: any HTTPTransport
    let sockets: any WebSocketTransport
    let agents: [String: AgentSetup]
    /// The time that everything takes at most that is asked as one app or for one bot, and the public address.
    let timeout: Duration
    let language: ChatTexts.Language
    /// WeCom's, as its answers to all apps tell it.
    private let clock = WeComClock()

    private static let mostAtOnce = 8

    init(
        _ configuration: Configuration, over transports: Transports, agents: [String: AgentSetup] = [:],
        timeout: Duration, in language: ChatTexts.Language = .english
    ) {
        (self.configuration, self.agents, self.timeout) = (configuration, agents, timeout)
        self.language = language
        (transport, sockets) = (transports.http, transports.sockets)
    }

    func run() async -> OnlineReport {
        async let publicURL = askPublicURL()
        async let agents = askAgents()
        async let bots = reports(of: configuration.bots, ask)
        async let store = StoreInquiry(configuration, in: language)?.report()
        async let certificate = CertificateInquiry(configuration, timeout: timeout, in: language)?.report()
        let apps = await reports(of: configuration.apps, ask)
        return OnlineReport(
            apps: apps, bots: await bots, agents: await agents, publicURL: await publicURL,
            clock: ClockInquiry(clock, configuration, in: language)?.report, certificate: await certificate,
            store: await store, language: language)
    }

    /// A few at a time, and their reports in their order.
    private func reports<Asked: Sendable, Report: Sendable>(
        of all: [Asked], _ ask: @escaping @Sendable (Asked) async -> Report
    ) async -> [Report] {
        await withTaskGroup(of: (Int, Report).self) { group in
            var reports: [Int: Report] = [:]
            for (index, one) in all.enumerated() {
                if index >= Self.mostAtOnce, let (done, report) = await group.next() { reports[done] = report }
                group.addTask { (index, await ask(one)) }
            }
            for await (done, report) in group { reports[done] = report }
            return all.indices.compactMap { reports[$0] }
        }
    }

    func ask(_ app: Configuration.App) async -> AppReport {
        let client = WeComClient(AppCredentials(app), transport: boundedTransport, clock: clock)
        var report = await AppInquiry(
            app: app, configuration: configuration, client: client, say: language
        ).report()
        guard let base = configuration.server.publicURL else { return report }
        let url = "\(base)\(configuration.server.path)/\(app.name)"
        await AppURLInquiry(
            app: app, url: url, configuration: configuration, transport: boundedTransport, language: language
        ).extend(&report)
        return report
    }

    func ask(_ bot: Configuration.Bot) async -> BotReport {
        switch bot.wire {
        case .socket(let socket): await inquiry(bot, socket).report()
        case .webhook(let webhook):
            await BotURLInquiry(
                bot: bot, webhook: webhook, configuration: configuration, transport: boundedTransport
            ).report()
        }
    }

    func inquiry(_ bot: Configuration.Bot, _ socket: Configuration.Bot.Socket) -> BotSocketInquiry {
        BotSocketInquiry(
            bot: bot, socket: socket, configuration: configuration, transport: sockets, timeout: timeout)
    }

    private func askAgents() async -> [AgentReport] {
        var reports: [AgentReport] = []
        for (name, setup) in agents.sorted(by: { $0.key < $1.key }) {
            let inquiry = AgentInquiry(
                name: name, agent: setup.agent, configuration: configuration, timeout: timeout)
            reports.append(await inquiry.report())
        }
        return reports
    }

    private func askPublicURL() async -> PartReport? {
        guard let url = configuration.server.publicURL else { return nil }
        let inquiry = PublicURLInquiry(
            url: url, path: configuration.server.path, place: configuration.places["server.public_url"],
            transport: boundedTransport, say: language)
        return await inquiry.report()
    }

    private var boundedTransport: BoundedTransport {
        BoundedTransport(transport: transport, deadline: .now.advanced(by: timeout))
    }
}
