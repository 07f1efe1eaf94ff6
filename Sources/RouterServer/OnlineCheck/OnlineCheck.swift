import HTTP
import Router
import System
import WeCom

/// Asks those whom a configuration names whether it is true: WeCom, as every app; the agents; our own public address.
///
/// Asking changes nothing and sends nobody anything.
struct OnlineCheck: Sendable {
    let configuration: Configuration
    let transport: any HTTPTransport
    let agents: [String: AgentSetup]
    /// The time that everything takes at most that is asked as one app, and the public address.
    let timeout: Duration

    private static let appsAtOnce = 8

    func run() async -> OnlineReport {
        async let publicURL = askPublicURL()
        async let agents = askAgents()
        return OnlineReport(apps: await askApps(), agents: await agents, publicURL: await publicURL)
    }

    private func askApps() async -> [AppReport] {
        let apps = configuration.apps
        return await withTaskGroup(of: (Int, AppReport).self) { group in
            var reports: [Int: AppReport] = [:]
            for (index, app) in apps.enumerated() {
                if index >= Self.appsAtOnce, let (done, report) = await group.next() { reports[done] = report }
                group.addTask { (index, await ask(app)) }
            }
            for await (done, report) in group { reports[done] = report }
            return apps.indices.compactMap { reports[$0] }
        }
    }

    func ask(_ app: Configuration.App) async -> AppReport {
        let client = WeComClient(AppCredentials(app), transport: boundedTransport)
        return await AppInquiry(app: app, configuration: configuration, client: client).report()
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

    private func askPublicURL() async -> PublicURLReport? {
        guard let url = configuration.server.publicURL else { return nil }
        let inquiry = PublicURLInquiry(
            url: url, path: configuration.server.path, place: configuration.places["server.public_url"],
            transport: boundedTransport)
        return await inquiry.report()
    }

    private var boundedTransport: BoundedTransport {
        BoundedTransport(transport: transport, deadline: .now.advanced(by: timeout))
    }
}
