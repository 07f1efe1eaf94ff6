import HTTP
import JSON
import Router
import System

/// `/v1/nodes`.
extension ControlExchange {
    func nodes() async throws -> JSONValue {
        try request.expect(.get)
        return ["nodes": .array(try await store.nodes().map { $0.json(at: now) })]
    }
}

extension NodeRecord {
    fileprivate func json(at now: Timestamp) -> JSONValue {
        [
            "node": .string(name), "incarnation": .string(incarnation), "state": isAlive(at: now) ? "alive" : "silent",
            "version": .string(version), "schema": .integer(Int64(schema)),
            "configuration": configuration.isEmpty ? .null : .string(configuration),
            "clock_lead_seconds": .number(Double(clockLead.inMilliseconds) / 1000),
            "started_at": .string(startedAt.description),
            "seen_at": seenAt.map { .string($0.description) } ?? .null,
        ]
    }
}
