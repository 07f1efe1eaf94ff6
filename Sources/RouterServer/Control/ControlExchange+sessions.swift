import HTTP
import JSON
import Router
import Text
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
        guard let name = body["app"]?.string, let peer = Peer(resetIn: body) else {
            throw BadQuery("the body must be {\"app\": \"…\", \"user\": \"…\"}, or have \"chat\" for \"user\"")
        }
        guard let app = directory[named: name]?.endpoint ?? Endpoint(name) else {
            throw BadQuery("there is no app \(shown(name)) (\(hint(for: name, among: directory.apps.map(\.name))))")
        }
        let conversation = ConversationKey(endpoint: app, peer: peer)
        guard try await store.beginEpoch(of: conversation, at: now) else {
            throw ControlRefusal.unknown("conversation of \(shown(peer.description)) with \(shown(name))")
        }
        return [
            "app": .string(directory.shownName(of: app)), "app_key": .string(app.description),
            "user": .string(scopedUser(of: app, peer.description)), "result": "reset",
        ]
    }
}

extension Peer {
    /// Reads whose session a caller resets: a person's by `user`, a group's by `chat`; nil for neither, and for both.
    fileprivate init?(resetIn body: JSONValue) {
        switch (body["user"]?.string, body["chat"]?.string) {
        case (let user?, nil) where !user.isEmpty: self = .user(UserID(user))
        case (nil, let chat?) where !chat.isEmpty: self = .chat(ChatID(chat))
        default: return nil
        }
    }
}
