import HTTP
import JSON
import Router

extension Readiness {
    /// The answer of `/ready` to those who manage: with all that stands against it, and how the apps' credentials stand.
    func response(_ serving: Serving) -> HTTPResponse {
        let complaints = complaints
        let isReady = complaints.reasons.isEmpty
        let body: JSONValue = [
            "status": .string(isReady ? "ready" : "not ready"),
            "reasons": .array(complaints.reasons.map(JSONValue.string)),
            "degraded": .array(complaints.degraded.map(JSONValue.string)),
            // An app whose credentials are bad is no reason to send the others' callbacks elsewhere.
            "apps": AppStandings(serving).summary,
        ]
        return .json(isReady ? .ok : .serviceUnavailable, body.bytes)
    }
}
