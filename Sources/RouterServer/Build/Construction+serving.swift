import Agents
import HTTPClient
import Lanes
import Router
import System
import WeCom

/// The agents that answer, and the lanes to WeCom.
extension Construction {
    /// Starts agents' programs.
    func spawner(_ executable: String) -> Spawner {
        Spawner(on: loops.programs, executable: executable, limit: Construction.maxPrograms)
    }

    /// The agents of the configuration; `environment` is what their programs get their variables from. Over a transport of
    /// their own: an answer may take half an hour, and WeCom's calls are not to wait for a place behind it.
    func agents(
        startedBy spawner: Spawner, over transport: CurlTransport, environment: [String: String]
    ) -> BuiltAgents {
        let host = ProgramHost(
            spawner: spawner, workspaces: workspaces, environment: configuration.programVariables(of: environment),
            hidden: configuration.ownPaths)
        return BuiltAgents(configuration, on: host, over: transport, log: log)
    }

    /// The snapshot that the server begins with.
    func serving(_ agents: [String: AgentSetup]) -> Serving {
        let clients = clients()
        return Serving(
            current.serving.directory, agents: agents,
            lanes: clients.reduce(into: [:]) { $0[.app($1.key)] = AppLane($1.value) },
            clients: clients, people: Contacts(clients), returnAddress: returnAddress,
            maxMessageAge: configuration.server.maxMessageAge == .zero ? nil : configuration.server.maxMessageAge)
    }

    /// A client each: an app's token is its own.
    private func clients() -> [AppKey: WeComClient] {
        configuration.apps.reduce(into: [:]) { clients, app in
            let credentials = AppCredentials(app)
            let tokens = TokenKeeper(of: credentials, over: transport, clock: wecomClock)
            clients[AppKey(app)] =
                WeComClient(credentials, tokens: tokens, transport: transport, clock: wecomClock)
        }
    }

    private var returnAddress: ReturnAddress? {
        guard configuration.isCalledByAgents else { return nil }
        return configuration.server.publicURL.map { ReturnAddress(publicURL: $0) }
    }

    /// Tells a wrong clock of ours from old messages. Any client will do: WeCom's clock is the same for all.
    func clockWatch() -> ClockWatch {
        ClockWatch(wecomClock, maxAge: { [current] in current.serving.maxMessageAge }, log: log) { [current] in
            await current.serving.clients.values.first?.askForDate()
        }
    }

    /// More programs than this are never running at once.
    private static let maxPrograms = 2048
}

extension CurlTransport.Limits {
    /// As many turns as workers may run, each for half an hour.
    static var forAgents: CurlTransport.Limits {
        var limits = CurlTransport.Limits()
        limits.concurrent = 10_000
        limits.waiting = 1000
        limits.rank = .background
        return limits
    }
}
