import HTML
package import HTTP
import Pages
import Text

extension Admin {
    /// The path below which all of it is.
    static let base = "/admin/"

    /// Answers everything that a browser asks of these pages. Whoever calls has seen to it that the request's host is one of
    /// ours; `inForce` tells the tokens, at any time, and nil where there are to be no pages.
    package func answer(
        _ request: HTTPRequest, by inForce: @escaping @Sendable () -> AdminKeys?
    ) async -> HTTPResponse {
        guard let keys = inForce() else {
            return .text(.notFound, "not found: the pages are on once management.token is set\n")
        }
        let host = HostField(request.headers["Host"] ?? "").name
        if let refusal = Doorkeeper(names: [host]).refusal(of: request) { return refusal }
        let path = String(request.path)
        if let asset = AdminAssets.all.first(where: { $0.path == path }) { return asset.response }
        switch path {
        case "/admin": return .seeOther(Admin.base)
        case "/admin/login": return login(request, keys)
        case "/admin/look" where request.method == .post: return changeLook(request)
        default: break
        }
        guard let session = session(of: request, keys) else { return toLogin(from: request) }
        let visit = Visit(request, session, at: self)
        if visit.place == ["events"], request.method == .get { return events(visit, inForce) }
        switch request.method {
        case .get, .head: return await page(visit)
        case .post: return await act(visit)
        default:
            var response = HTTPResponse.text(.methodNotAllowed, "GET or POST\n")
            response.headers["Allow"] = "GET, HEAD, POST"
            return response
        }
    }

    /// The content of a page, for one that is open.
    func part(_ visit: Visit) async -> HTML { HTML(embedded: await page(visit).bytes) }

    private func page(_ visit: Visit) async -> HTTPResponse {
        do throws(Interface.Complaint) {
            switch visit.place {
            case []: return try await overview(visit)
            case ["jobs"]: return try await jobs(visit)
            case let place where place.count == 2 && place[0] == "jobs": return try await job(place[1], visit)
            case ["running"]: return try await running(visit)
            case ["deliveries"]: return try await deliveries(visit)
            case ["bots"]: return try await bots(visit)
            case ["sessions"]: return try await sessions(visit)
            case ["conversations"]: return try await conversations(visit)
            case ["nodes"]: return try await nodes(visit)
            case ["audit"]: return await audit(visit)
            case ["search"]: return await search(visit)
            default: return await notFound(visit)
            }
        } catch {
            return await complaint(about: error, visit)
        }
    }

    private func changeLook(_ request: HTTPRequest) -> HTTPResponse {
        let form = Form(request)
        return .seeOther(Admin.back(form["back"]), cookies: Look.cookies(choosing: form))
    }

    /// The page to come back to, if it is one of ours.
    static func back(_ path: String?) -> String {
        guard let path, path.begins(with: base), isLocal(path), path.utf8.count <= 2000 else { return base }
        return path
    }

    private func notFound(_ visit: Visit) async -> HTTPResponse {
        await frame(visit.words("没有这个页面", "No such page"), visit, .notFound) {
            tag(.div, .class("pan", "empty")) {
                tag(.p) { visit.words("这里没有页面。", "There is no page here.") }
                tag(.a, .class("b"), .href(Admin.base)) { visit.words("总览", "Overview") }
            }
        }
    }

    /// The page in place of one that cannot be shown.
    private func complaint(about error: Interface.Complaint, _ visit: Visit) async -> HTTPResponse {
        let isUnknown = error.status == .notFound
        let title =
            isUnknown ? visit.words("找不到", "Not found") : visit.words("暂时无法显示", "Cannot be shown now")
        return await frame(title, visit, error.status) {
            tag(.div, .class("band", isUnknown ? "warn" : "bad"), .role("alert")) {
                tag(.p, .lang("en")) { error.text }
                if isUnknown {
                    tag(.p) {
                        visit.words(
                            "可能已过保留期被清除，或者从未受理。", "It was pruned, or never accepted.")
                    }
                }
            }
            tag(.p) {
                tag(.a, .class("b"), .href(Admin.base)) { visit.words("总览", "Overview") }
            }
        }
    }
}

extension Visit {
    /// The parts of the path below the base.
    var place: [String] { Visit.place(of: request.path) }

    static func place(of path: Substring) -> [String] {
        path.pieces(keepingEmpty: false) { $0 == UInt8(ascii: "/") }.dropFirst().map(String.init)
    }
}
