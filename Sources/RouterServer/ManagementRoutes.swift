import HTTP
import JSON
import Observability

/// Path → handler of the management listener.
///
/// A browser that was lured to another site may be made to send requests here, under that site's name: `Host` must be ours.
struct ManagementRoutes: Sendable {
    private let hosts: Set<String>
    private let readiness: Readiness
    private let metrics: Metrics

    init(_ configuration: Configuration.Management, readiness: Readiness, metrics: Metrics) {
        hosts = ["127.0.0.1", "localhost", "[::1]", configuration.host.lowercased()]
        self.readiness = readiness
        self.metrics = metrics
    }

    func answer(_ request: HTTPRequest) async -> HTTPResponse {
        guard isOurs(request.headers["Host"]) else { return .text(.misdirectedRequest, "this host is not served here\n") }
        switch request.path {
        case "/health": return whenReading(request) { .json(.ok, Array(#"{"status":"ok"}"#.utf8)) }
        case "/ready": return whenReading(request) { readinessWithReasons }
        case "/metrics": return whenReading(request) { .text(.ok, metrics.page) }
        default: return .text(.notFound, "not found\n")
        }
    }

    private func isOurs(_ host: String?) -> Bool {
        guard let host = host?.lowercased() else { return false }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
        return hosts.contains(String(name))
    }

    private var readinessWithReasons: HTTPResponse {
        let reasons = readiness.reasons
        let body: JSONValue = [
            "status": .string(reasons.isEmpty ? "ready" : "not ready"), "reasons": .array(reasons.map(JSONValue.string)),
        ]
        return .json(reasons.isEmpty ? .ok : .serviceUnavailable, body.bytes)
    }
}
