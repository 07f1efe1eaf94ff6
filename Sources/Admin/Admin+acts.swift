import Crypto
import HTML
import HTTP
import JSON
import Observability
import Pages
import System
import Text

extension Admin {
    /// Something that a form asks for: what it is called, what it is done to, and how.
    private struct Deed {
        let act: AuditTrail.Act
        var object = ""
        var needsOperator = true
        /// Does it and returns the page that shows what came of it; nil for the one that the form stood on.
        var run: @Sendable () async throws -> String? = { nil }
    }

    /// Does what a form asks for. Without the form's own token nothing is: the page has to be one that this session was given.
    func act(_ visit: Visit) async -> HTTPResponse {
        let path = String(visit.request.path)
        let token = sessions.formToken(of: visit.session, to: path)
        guard let given = visit.fields["form"], constantTimeEquals(Array(given.utf8), Array(token.utf8)) else {
            return .text(.forbidden, "this form is not one that you were given: open the page again\n")
        }
        guard let deed = deed(visit) else { return .text(.notFound, "no such act\n") }
        guard visit.operates || !deed.needsOperator else {
            note(deed, visit, failure: "viewers change nothing")
            return await refused(visit.onlyOperators, .forbidden, visit)
        }
        do {
            let next = try await deed.run()
            note(deed, visit, failure: nil)
            if deed.act == .logout { return signOut(visit) }
            noteChange()
            return .seeOther(next ?? Admin.back(visit.fields["back"]))
        } catch {
            let complaint =
                error as? Interface.Complaint ?? Interface.Complaint(status: .serviceUnavailable, text: "\(error)")
            note(deed, visit, failure: complaint.text)
            return await refused(complaint.text, complaint.status, visit)
        }
    }

    private func deed(_ visit: Visit) -> Deed? {
        switch visit.place {
        case ["logout"]: return Deed(act: .logout, needsOperator: false)
        case ["texts"]:
            return Deed(act: .showTexts, needsOperator: false) { [sessions] in
                sessions.setShowsTexts(true, in: visit.session)
                return nil
            }
        case ["sessions", "reset"]: return reset(visit)
        case ["reload"]:
            return Deed(act: .reload) { [interface, lastReload] in
                let report = try await interface.post("/v1/reload")
                lastReload.withLock { $0 = (report, visit.now) }
                return nil
            }
        case ["deliveries", "replay"]: return replayAll(visit)
        case let place where place.count == 3: return deed(place[2], to: place[1], of: place[0])
        default: return nil
        }
    }

    private func deed(_ verb: String, to object: String, of kind: String) -> Deed? {
        let interface = interface
        let path = "/v1/\(kind)/\(object)"
        switch (kind, verb) {
        case ("jobs", "stop"):
            return Deed(act: .stop, object: object) {
                _ = try await interface.post("\(path)/cancel")
                return nil
            }
        case ("jobs", "retry"):
            return Deed(act: .retry, object: object) {
                try await interface.post("\(path)/retry")["id"]?.string.map { "/admin/jobs/\($0)" }
            }
        case ("deliveries", "replay"):
            return Deed(act: .replay, object: object) {
                _ = try await interface.post("\(path)/retry")
                return nil
            }
        case ("bots", "reconnect"), ("bots", "disconnect"):
            return Deed(act: verb == "reconnect" ? .reconnect : .disconnect, object: percentDecoded(object.utf8)) {
                _ = try await interface.post("\(path)/\(verb)")
                return nil
            }
        default: return nil
        }
    }

    /// Replays what the filter lets through, the oldest first. One that has gone with another by then is no failure.
    private func replayAll(_ visit: Visit) -> Deed {
        let (app, user) = (visit.field("app"), visit.field("user"))
        let object = [app, user].compactMap(\.self).joined(separator: " ")
        return Deed(act: .replay, object: object.isEmpty ? "*" : object) { [interface] in
            let page = try await interface.get(
                "/v1/deliveries",
                ["state": "dead", "app": app, "user": user, "limit": "\(Admin.mostReplays)"])
            for delivery in page.list(of: "deliveries").reversed() {
                do {
                    _ = try await interface.post("/v1/deliveries/\(delivery.text(of: "id"))/retry")
                } catch let complaint as Interface.Complaint where complaint.status == .conflict {}
            }
            return nil
        }
    }

    private func reset(_ visit: Visit) -> Deed {
        let (app, peer) = (visit.fields["app"] ?? "", visit.fields["peer"] ?? "")
        let kind = visit.fields["kind"]?.isSame(as: "chat") == true ? "chat" : "user"
        return Deed(act: .reset, object: "\(app) \(peer)") { [interface] in
            let body: [JSONValue.Member] = [.init("app", .string(app)), .init(kind, .string(peer))]
            _ = try await interface.post("/v1/sessions/reset", .object(body))
            return nil
        }
    }

    private func note(_ deed: Deed, _ visit: Visit, failure: String?) {
        record(
            .init(
                at: visit.now, role: visit.session.role, address: visit.session.address, act: deed.act,
                object: deed.object.cut(toBytes: 200), failure: failure.map { $0.cut(toBytes: 300) }))
    }

    /// Keeps an act for the page and tells the log, which keeps it for longer.
    func record(_ entry: AuditTrail.Entry) {
        trail.note(entry)
        let fields: KeyValuePairs<LogField, JSONValue?> = [
            "act": .string(entry.act.rawValue), "object": entry.object.isEmpty ? nil : .string(entry.object),
            "role": entry.role.map { .string($0.rawValue) }, "address": .string(entry.address),
            .reason: entry.failure.map { .string($0) },
        ]
        if entry.act == .login, entry.failure != nil {
            log.warning("somebody failed to sign in to the administration", fields)
        } else {
            log.info("administration", fields)
        }
    }

    /// The page that says why something was not done.
    private func refused(_ reason: String, _ status: HTTPStatus, _ visit: Visit) async -> HTTPResponse {
        await frame(visit.words("没有做", "Not done"), visit, status) {
            tag(.div, .class("band", "bad"), .role("alert")) { tag(.p) { tag(.bdi) { reason } } }
            tag(.p) {
                tag(.a, .class("b"), .href(Admin.back(visit.fields["back"]))) { visit.words("返回", "Back") }
            }
        }
    }
}
