import HTTP
import JSON
import Router
import Text

/// `/v1/apps`.
extension ControlExchange {
    /// `rest` is the path behind it.
    func apps(_ rest: [Substring]) throws -> JSONValue {
        guard rest.isEmpty else { throw ControlRefusal.unknown("path \(request.path)") }
        try request.expect(.get, parameters: ["limit", "before"])
        let limit = try request.query.limit() ?? LedgerFilter().limit
        let behind = request.query["before"]
        guard let page = AppStandings(serving).page(behind: behind, atMost: limit) else {
            throw ControlRefusal.unknown("app \(shown(behind ?? ""))")
        }
        return ["apps": page.apps, "next": page.next.map { .string($0) } ?? .null]
    }
}
