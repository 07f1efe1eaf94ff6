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
        let most = LedgerFilter.maxLimit
        let limit = try request.query.read("limit", "a number from 1 to \(most)") { text in
            text.utf8.allSatisfy(\.isASCIIDigit) ? Int(text).flatMap { (1...most).contains($0) ? $0 : nil } : nil
        }
        let behind = request.query["before"]
        if let behind, directory[named: behind] == nil { throw ControlRefusal.unknown("app \(shown(behind))") }
        let page = AppStandings(serving).page(behind: behind, atMost: limit ?? LedgerFilter().limit)
        return ["apps": page.apps, "next": page.next.map { .string($0) } ?? .null]
    }
}
