import HTTP
import JSON
import Router
import WeCom

/// `/v1/sessions`.
extension ControlExchange {
    /// `rest` is the path behind it.
    func sessions(_ rest: [Substring]) async throws -> JSONValue {
        switch rest {
        case []:
            try request.expect(.get, parameters: ["app", "user", "since", "limit", "before"])
            var filter = try LedgerFilter(request.query, directory, at: now)
            filter.before = try request.query.read("before", "what a page before gave as next") { Int64($0) }
            let page = try await store.sessions(matching: filter)
            return [
                "sessions": .array(page.items.map { $0.json(naming: directory, at: now) }),
                "next": page.next.map { .string(String($0)) } ?? .null,
            ]
        case ["reset"]:
            try request.expect(.post)
            return try await resetSession(try request.jsonBody())
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    private func resetSession(_ body: JSONValue) async throws -> JSONValue {
        guard let name = body["app"]?.string, let user = body["user"]?.string, !user.isEmpty else {
            throw BadQuery("the body must be {\"app\": \"…\", \"user\": \"…\"}")
        }
        guard let app = directory[named: name]?.endpoint ?? Endpoint(name) else {
            throw BadQuery("there is no app \(shown(name)) (\(hint(for: name, among: directory.apps.map(\.name))))")
        }
        let conversation = ConversationKey(endpoint: app, user: UserID(user))
        guard try await store.beginEpoch(of: conversation, at: now) else {
            throw ControlRefusal.unknown("conversation of \(shown(user)) with \(shown(name))")
        }
        return [
            "app": .string(directory.shownName(of: app)), "app_key": .string(app.description),
            "user": .string(app.scoped(UserID(user))), "result": "reset",
        ]
    }
}
