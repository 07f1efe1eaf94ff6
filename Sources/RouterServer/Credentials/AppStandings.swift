import JSON
import Router
import System
import WeCom

/// The standing of every app that is served, at one moment: for the operator's pages and the metrics.
struct AppStandings {
    private let entries: [(app: App, standing: Standing)]

    /// The number of apps with a series of their own, and of those named on the page of the readiness.
    private static let mostSeries = 1000
    private static let mostNamed = 100

    init(_ serving: Serving) {
        entries = serving.directory.apps.compactMap { app in
            app.key.map { (app, serving.clients[$0]?.standing ?? Standing()) }
        }
    }

    /// The number of apps in each state, and who is in trouble.
    var summary: JSONValue {
        let counts = Standing.State.allCases.map { state in
            JSONValue.Member(state.rawValue, .integer(Int64(entries.count { $0.standing.state == state })))
        }
        let troubled =
            entries.filter { $0.standing.state == .refused }
            + entries.filter { $0.standing.state == .unreachable }
        return .object(counts + [.init("troubled", .array(troubled.prefix(Self.mostNamed).map(Self.json)))])
    }

    /// A page of `limit` apps behind the one of that name, in the order of the configuration, and the name that the next page
    /// begins behind; nil where no app has that name.
    func page(behind name: String?, atMost limit: Int) -> (apps: JSONValue, next: String?)? {
        var start = 0
        if let name {
            guard let place = entries.firstIndex(where: { $0.app.name == name }) else { return nil }
            start = place + 1
        }
        let page = entries[start...].prefix(limit)
        return (.array(page.map(Self.json)), page.endIndex < entries.endIndex ? page.last?.app.name : nil)
    }

    private static func json(_ entry: (app: App, standing: Standing)) -> JSONValue {
        [
            "app": .string(entry.app.name), "app_key": .string(entry.app.endpoint.description),
            "credentials": entry.standing.json,
        ]
    }

    /// A series for each app, 1 in the state that it is in; beyond the first thousand, their number in each state.
    var series: [(labels: String, value: Double)] {
        let named = entries.prefix(Self.mostSeries).map { entry in
            (labels: "app=\"\(entry.app.name)\",state=\"\(entry.standing.state.rawValue)\"", value: 1.0)
        }
        let others = entries.dropFirst(Self.mostSeries)
        guard !others.isEmpty else { return named }
        return named
            + Standing.State.allCases.map { state in
                (
                    labels: "app=\"other\",state=\"\(state.rawValue)\"",
                    value: Double(others.count { $0.standing.state == state })
                )
            }
    }
}

extension Standing {
    fileprivate var json: JSONValue {
        func time(_ moment: Timestamp?) -> JSONValue { moment.map { .string($0.description) } ?? .null }
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return [
            "state": .string(state.rawValue), "since": time(since), "token_until": time(tokenUntil), "code": text(code),
            "reason": text(reason), "advice": text(advice),
        ]
    }
}
