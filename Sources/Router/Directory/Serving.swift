package import WeCom

/// The apps, agents and lanes in force, with their texts and limits: one snapshot that never changes.
///
/// Whoever opens a callback, runs a turn or carries a delivery takes it once from `Serving.Current`, when that begins, and
/// goes by it to the end. Nobody keeps a part of it for the next one.
package final class Serving: Sendable {
    /// The apps that people can write to.
    package let directory: AppDirectory
    /// Apps that have left the configuration, and finish what they had accepted: no callback is theirs any more.
    package let leaving: [App]
    /// By the names that apps call them.
    package let agents: [String: AgentSetup]
    package let lanes: [Endpoint: any Lane]
    /// WeCom's API as each app speaks it.
    package let clients: [AppKey: WeComClient]
    package let people: any People
    /// The address at which agents that are elsewhere reach us; nil where they cannot.
    package let returnAddress: ReturnAddress?
    /// True if there are agents that call us, or fetch by links.
    package let isCalled: Bool
    /// Older messages are refused; nil: none is.
    package let maxMessageAge: Duration?

    /// True if there are agents that work in directories of conversations.
    package let hasWorkspaces: Bool

    // Limits of apps by what is written to, as claims read them.

    /// The number of turns of an app that run at once, where it has a limit of its own.
    let turnLimits: [Endpoint: Int]
    let memberLimits: [Endpoint: MemberLimits]
    /// Only of apps that have some.
    let sendLimits: [Endpoint: SendLimits]

    package init(
        _ directory: AppDirectory, leaving: [App] = [], agents: [String: AgentSetup] = [:],
        lanes: [Endpoint: any Lane] = [:], clients: [AppKey: WeComClient] = [:],
        people: any People = NoAddressBook(), returnAddress: ReturnAddress? = nil, isCalled: Bool = false,
        maxMessageAge: Duration? = nil
    ) {
        self.directory = directory
        self.leaving = leaving
        self.agents = agents
        self.lanes = lanes
        self.clients = clients
        self.people = people
        self.returnAddress = returnAddress
        self.isCalled = isCalled
        self.maxMessageAge = maxMessageAge
        hasWorkspaces = agents.values.contains { $0.agent.worksInDirectory }
        let apps = directory.apps + leaving
        let none = directory.dormant.map { ($0.app.endpoint, 0) }
        turnLimits = apps.reduce(into: Dictionary(none) { first, _ in first }) {
            $0[$1.endpoint] = $1.conduct.concurrency
        }
        memberLimits = apps.reduce(into: [:]) { $0[$1.endpoint] = $1.conduct.memberLimits }
        sendLimits = apps.reduce(into: [:]) { limits, app in
            if !app.conduct.sendLimits.isNone { limits[app.endpoint] = app.conduct.sendLimits }
        }
    }

    /// The same snapshot, with another address at which agents that are elsewhere reach us.
    package func returning(to address: ReturnAddress) -> Serving {
        Serving(
            directory, leaving: leaving, agents: agents, lanes: lanes, clients: clients, people: people,
            returnAddress: address, isCalled: isCalled, maxMessageAge: maxMessageAge)
    }

    /// The app whose turns are run and whose deliveries go out, be it one that is leaving.
    package func app(_ endpoint: Endpoint) -> App? {
        directory[endpoint] ?? leaving.first { $0.endpoint == endpoint }
    }
}
