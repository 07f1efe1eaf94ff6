import HTTP
import System
import WeCom

/// Asks those whom a configuration names whether it is true: WeCom, as every app, and our own public address.
///
/// Asking changes nothing and sends nobody anything.
struct OnlineCheck: Sendable {
    let configuration: Configuration
    let transport: any HTTPTransport
    /// What everything that is asked as one app may take, and the public address.
    let timeout: Duration

    private static let appsAtOnce = 8

    func run() async -> OnlineReport {
        async let publicURL = askPublicURL()
        return OnlineReport(apps: await askApps(), publicURL: await publicURL)
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

    private func ask(_ app: Configuration.App) async -> AppReport {
        let client = WeComClient(AppCredentials(app), transport: boundedTransport)
        return await AppInquiry(app: app, configuration: configuration, client: client).report()
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
