import Admin
import HTTP
import JSON
import Observability
import Router
import Text

/// Path → handler of the management listener.
///
/// A browser that was lured to another site may be made to send requests here, under that site's name. `Host` must be a
/// name of ours, therefore, or an address: no site can have a browser send one that it did not connect to.
struct ManagementRoutes: Sendable {
    private let access: ManagementAccess
    private let readiness: Readiness
    private let current: Serving.Current
    private let metrics: Metrics
    private let control: ControlRoutes
    private let admin: Admin

    init(
        _ access: ManagementAccess, readiness: Readiness, current: Serving.Current, metrics: Metrics,
        control: ControlRoutes, admin: Admin
    ) {
        self.access = access
        self.readiness = readiness
        self.current = current
        self.metrics = metrics
        self.control = control
        self.admin = admin
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let rules = access.rules
        guard isOurs(request.headers["Host"], rules) else {
            return .text(.misdirectedRequest, "this host is not served here\n")
        }
        switch request.path {
        case "/health": return whenReading(request) { .json(.ok, Array(#"{"status":"ok"}"#.utf8)) }
        case "/ready": return whenReading(request) { readiness.response(current.serving) }
        case "/metrics": return whenReading(request) { .text(.ok, metrics.page) }
        case "/admin": return await pages(request)
        case let path where path.begins(with: "/admin/"): return await pages(request)
        case let path where path.begins(with: "/v1/"): return await answerForBearer(request, rules.token)
        default: return .text(.notFound, "not found\n")
        }
    }

    /// Without a token in the configuration there is no `/v1` here, on loopback neither.
    private func answerForBearer(_ request: HTTPRequest, _ token: BearerToken?) async -> HTTPResponse {
        guard let token else { return .text(.notFound, "not found: /v1 is on once management.token is set\n") }
        guard token.opens(request) else {
            return BearerToken.refusal("send Authorization: Bearer and the management.token")
        }
        return await control.answer(request)
    }

    private func pages(_ request: HTTPRequest) async -> HTTPResponse {
        await admin.answer(request) { [access] in access.rules.pages }
    }

    private func isOurs(_ host: String?, _ rules: ManagementAccess.Rules) -> Bool {
        guard let host = host.map({ HostField($0) }) else { return false }
        return host.isAddress || rules.names.contains(host.name)
    }
}
