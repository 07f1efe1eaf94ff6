import JSON
import Observability
import Router
import WeCom

/// Asks WeCom once for the token of every app that it has not spoken about: after the start of all, after a reload of those
/// whose credentials are new. Wrong ones are better known before somebody writes.
///
/// The apps are asked in any order, after pauses of random length: servers that start together do not ask together.
struct CredentialCheck: Sendable {
    let current: Serving.Current
    let log: Logger

    private static let atOnce = 8
    /// The pauses of few apps, and how closely many follow each other: fifty a second.
    private static let longestPause = Duration.milliseconds(500)
    private static let shortestPause = Duration.milliseconds(20)
    private static let usualSpread = Duration.seconds(10)

    func ask() async {
        let serving = current.serving
        let apps = serving.directory.apps.filter { app in
            app.key.flatMap { serving.clients[$0] }?.standing.state == .unknown
        }
        let pause = min(max(Self.usualSpread / max(apps.count, 1), Self.shortestPause), Self.longestPause)
        await withTaskGroup(of: Void.self) { group in
            for (index, app) in apps.shuffled().enumerated() {
                guard let client = app.key.flatMap({ serving.clients[$0] }) else { continue }
                guard (try? await Task.sleep(for: pause * Double.random(in: 0...2))) != nil else { break }
                if index >= Self.atOnce { await group.next() }
                group.addTask {
                    guard client.standing.state == .unknown else { return }
                    await client.askForToken()
                    if !Task.isCancelled { tell(client.standing, of: app) }
                }
            }
        }
    }

    private func tell(_ standing: Standing, of app: App) {
        let fields: KeyValuePairs<LogField, JSONValue?> = [
            .app: .string(app.name), "code": standing.code.map { .string($0) },
            .reason: standing.reason.map { .string($0) }, "advice": standing.advice.map { .string($0) },
        ]
        switch standing.state {
        case .refused: log.error("WeCom refuses an app's credentials; nothing that it says goes out", fields)
        case .unreachable: log.warning("WeCom could not be asked whether an app's credentials are good", fields)
        case .good, .unknown: log.debug("WeCom takes the credentials of app \(app.name)")
        }
    }
}
