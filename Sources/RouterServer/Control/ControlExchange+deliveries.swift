import HTTP
import JSON
import Router

/// `/v1/deliveries`.
extension ControlExchange {
    /// `rest` is the path behind it.
    func deliveries(_ rest: [Substring]) async throws -> JSONValue {
        switch (rest.count, rest.last) {
        case (0, _):
            try request.expect(.get)
            return try await listDeliveries(request.query)
        case (2, "retry"):
            try request.expect(.post)
            guard let delivery = DeliveryID(rest[0]) else {
                throw ControlRefusal.unknown("delivery \(shown(String(rest[0])))")
            }
            let replays = try await store.replay(delivery, at: now)
            wake()
            return [
                "deliveries": .array(replays.map { .string($0.description) }),
                "replay_of": .string(delivery.description),
            ]
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    private func listDeliveries(_ query: Query) async throws -> JSONValue {
        let states = DeliveryState.allCases.map(\.rawValue) + ["dead", "all"]
        let selection = try query.read("state", "one of \(states.joined(separator: ", "))") { DeliverySelection($0) }
        var filter = try LedgerFilter(query, directory, at: now)
        filter.before = try query.read("before", "a delivery, as in d-…") { DeliveryID($0)?.number }
        let page = try await store.deliveries(in: selection ?? .dead, matching: filter)
        return [
            "deliveries": .array(page.items.map { $0.json(naming: directory, at: now) }),
            "next": page.next.map { .string(DeliveryID($0).description) } ?? .null,
        ]
    }
}

extension DeliverySelection {
    fileprivate init?(_ text: String) {
        switch text {
        case "all": self = .all
        case "dead": self = .dead
        default:
            guard let state = DeliveryState(rawValue: text) else { return nil }
            self = .one(state)
        }
    }
}
