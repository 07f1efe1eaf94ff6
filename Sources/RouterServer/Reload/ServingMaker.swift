import Agents
import HTTPClient
import Lanes
import Lifecycle
import Observability
import Router
import System
import WeCom

/// Makes snapshots of what is served, each of a configuration and of what stays as it is in the one before.
struct ServingMaker: Sendable {
    let spawner: Spawner
    let workspaces: WorkspaceFolder
    /// To WeCom.
    let transport: CurlTransport
    /// To agents that are servers: an answer may take half an hour, and WeCom's calls are not to wait for a place behind it.
    let agentTransport: CurlTransport
    let wecomClock: WeComClock
    /// The tokens that several processes have in common; nil where each has its own.
    let tokens: SharedTokens?
    /// The environment that agents' programs get their variables from.
    let environment: [String: String]
    /// Agents that take the places of those of the configuration that bear their names.
    let standIns: [String: AgentSetup]
    let streams: any StreamStore
    let sockets: BotSockets
    let clock: any WorkClock
    let log: Logger

    /// `leaving` are apps that the configuration has no more: they keep agent and lane until they have finished.
    func make(_ configuration: Configuration, after earlier: Served? = nil, leaving: [App] = []) throws -> Served {
        let agents = agents(of: configuration, after: earlier)
        let (clients, contacts) = clients(of: configuration, after: earlier)
        var setups = agents.setups.merging(standIns) { $1 }
        var lanes = clients.reduce(into: [Endpoint: any Lane]()) { $0[.app($1.key)] = AppLane($1.value) }
        for bot in configuration.servedBots { lanes[bot.endpoint] = try lane(of: bot, configuration, clients) }
        for app in leaving {
            if setups[app.agent] == nil { setups[app.agent] = earlier?.serving.agents[app.agent] }
            lanes[app.endpoint] = earlier?.serving.lanes[app.endpoint]
        }
        let serving = Serving(
            try configuration.directory(), leaving: leaving, agents: setups, lanes: lanes,
            clients: clients, people: contacts, returnAddress: configuration.returnAddress,
            isCalled: configuration.isCalledByAgents,
            maxMessageAge: configuration.server.maxMessageAge == .zero ? nil : configuration.server.maxMessageAge)
        // A bot that leaves finishes what it had accepted over the connection that it has.
        sockets.retain(configuration.servedBots.filter { $0.socket != nil }.map(\.endpoint) + leaving.map(\.endpoint))
        return Served(configuration: configuration, serving: serving, agents: agents, contacts: contacts)
    }

    private func lane(
        of bot: Configuration.Bot, _ configuration: Configuration, _ clients: [AppKey: WeComClient]
    ) throws -> any Lane {
        let app = configuration.apps.first { $0.name == bot.fallbackApp }
        let fallback = app.flatMap { clients[AppKey($0)] }.map {
            AppFallback(
                AppLane($0), people: PlainUserIDs($0), saying: bot.texts.viaApp.filled(["name": bot.name]))
        }
        guard let webhook = bot.webhook else { return behind(fallback, try sockets.lane(of: bot)) }
        return behind(
            fallback,
            BotWebhookLane(
                store: streams, outside: BotOutside(bot.outside, over: transport),
                mediaKey: try CallbackKeys(webhook).mediaKey, by: clock))
    }

    private func behind(_ fallback: AppFallback?, _ lane: some Lane) -> any Lane {
        if let fallback { LaneWithFallback(lane, behind: fallback, by: clock) } else { lane }
    }

    private func agents(of configuration: Configuration, after earlier: Served?) -> BuiltAgents {
        let host = ProgramHost(
            spawner: spawner, workspaces: workspaces, environment: configuration.programVariables(of: environment),
            hidden: configuration.ownPaths)
        let isSameHost = earlier.map { earlier in
            Set(earlier.configuration.ownPaths) == Set(configuration.ownPaths)
                && earlier.configuration.programVariables(of: environment) == host.environment
        }
        return BuiltAgents(configuration, on: host, over: agentTransport, log: log, after: earlier?.agents) { name in
            guard let agent = configuration.agents[name], agent == earlier?.configuration.agents[name] else {
                return false
            }
            return agent.program == nil || isSameHost == true
        }
    }

    /// A client each: an app's token is its own. One that speaks as before keeps its token, and what its address book knows.
    private func clients(
        of configuration: Configuration, after earlier: Served?
    ) -> ([AppKey: WeComClient], Contacts) {
        var kept: Set<AppKey> = []
        let clients = configuration.apps.reduce(into: [AppKey: WeComClient]()) { clients, app in
            let credentials = AppCredentials(app)
            if let client = earlier?.serving.clients[AppKey(app)], client.credentials == credentials {
                kept.insert(AppKey(app))
                clients[AppKey(app)] = client
            } else {
                let tokens = TokenKeeper(
                    of: credentials, over: transport, clock: wecomClock, sharing: tokens?.tokens(of: credentials))
                clients[AppKey(app)] = WeComClient(
                    credentials, tokens: tokens, transport: transport, clock: wecomClock)
            }
        }
        return (clients, Contacts(clients, keeping: earlier.map { (contacts: $0.contacts, of: kept) }))
    }
}

/// A snapshot of what is served, with what it was made of.
struct Served: Sendable {
    let configuration: Configuration
    let serving: Serving
    let agents: BuiltAgents
    let contacts: Contacts
}

extension Configuration {
    /// The address at which agents that are elsewhere reach us.
    fileprivate var returnAddress: ReturnAddress? {
        guard isCalledByAgents else { return nil }
        return server.publicURL.map { ReturnAddress(publicURL: $0) }
    }
}
