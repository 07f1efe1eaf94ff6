import Crypto
import HTML
import HTTP
import JSON
import Pages
import Simulator
import System
import Text
import WeCom

extension Playground {
    /// Answers everything that a browser asks of these pages.
    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        if let refusal = doorkeeper.refusal(of: request) { return refusal }
        let path = String(request.path)
        if let asset = PlaygroundAssets.all.first(where: { $0.path == path }) { return asset.response }
        switch (request.method, path) {
        case (.get, "/"), (.head, "/"): return page(request)
        case (.get, "/events"): return events(request)
        case (.get, "/earlier"): return earlier(request) { $0.log(before: $1) }
        case (.get, "/rows"): return earlier(request) { $0.rows(before: $1) }
        case (.get, _):
            if let id = path.after("/wire/").flatMap({ Int($0) }) { return detail(id, request) }
            if let place = path.after("/media/") { return media(String(place)) }
            if let id = path.after("/sound/").flatMap({ Int($0) }) { return sound(ofEntry: id) }
            return .text(.notFound, "no such page\n")
        case (.post, _):
            guard let act = path.after("/act/") else { return .text(.notFound, "no such act\n") }
            return answer(String(act), request)
        default: return .text(.methodNotAllowed, "GET or POST\n")
        }
    }

    func viewer(_ query: Query) -> Viewer? { Viewer(as: query["as"], chat: query["chat"], in: roster) }

    private func page(_ request: HTTPRequest) -> HTTPResponse {
        guard let viewer = viewer(request.query) else { return .text(.notFound, "there is nobody here\n") }
        // A page that is shown is read; a tab that asks for the next one has its own cookie by then.
        read(as: viewer)
        let view = BenchView(
            self, viewer, look: Look(of: request), query: request.query,
            seen: request.headers["Seen"].flatMap { Int($0) })
        var response = view.page.response()
        if Cookies(request)[Playground.tabs] == nil {
            response.headers.append(
                "Set-Cookie", "\(Playground.tabs)=\(randomBytes(16).hexText); Path=/; HttpOnly; SameSite=Lax")
        }
        return response
    }

    /// The cookie by which the tabs of one browser are told from others': nothing else is bound to it.
    private static let tabs = "wr-tabs"

    // MARK: Live

    private func events(_ request: HTTPRequest) -> HTTPResponse {
        guard let viewer = viewer(request.query) else { return .text(.notFound, "there is nobody here\n") }
        let view = BenchView(self, viewer, look: Look(of: request), query: request.query)
        let listener = feed.listen(
            session: Cookies(request)[Playground.tabs] ?? "",
            after: request.headers["Last-Event-ID"] ?? request.query["after"]
        ) { view.shows($0) }
        let hello: [JSONValue.Member] = [
            .init("boot", .string(feed.boot)), .init("now", .string(wecom.clock.wall.description)),
            .init("ahead_ms", .integer(wecom.clock.lead.inMilliseconds)),
        ]
        return .events(to: listener, hello: hello) { places in view.events(for: places) }
    }

    /// Items before those that the page has.
    private func earlier(_ request: HTTPRequest, _ items: (BenchView, Int) -> HTML) -> HTTPResponse {
        guard let viewer = viewer(request.query), let before = request.query["before"].flatMap({ Int($0) }) else {
            return .text(.badRequest, "as, chat and before are due\n")
        }
        return .page(items(BenchView(self, viewer, look: Look(of: request), query: request.query), before))
    }

    private func detail(_ id: Int, _ request: HTTPRequest) -> HTTPResponse {
        guard let viewer = viewer(request.query) else { return .text(.notFound, "there is nobody here\n") }
        let view = BenchView(self, viewer, look: Look(of: request), query: request.query)
        return .page(view.detail(of: id), wecom.wire.entry(id) == nil ? .notFound : .ok)
    }
}
