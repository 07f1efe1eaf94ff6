import HTTP
import JSON
import Router

/// `/v1/deliveries`.
extension ControlExchange {
    /// `rest` is the path behind it.
    func deliveries(_ rest: [Substring]) async throws -> JSONValue {
        switch (rest.count, rest.last) {
        case (0, _):
            try request.expect(.get, parameters: LedgerFilter.parameters)
            return try await listDeliveries(request.query)
        case (1, let id?):
            try request.expect(.get)
            let delivery = try delivery(id)
            guard let summary = try await store.delivery(delivery) else {
                throw ControlRefusal.unknown("delivery \(delivery)")
            }
            return summary.json(naming: directory, at: now)
        case (2, "retry"):
            try request.expect(.post)
            return try await retry(try delivery(rest[0]))
        default: throw ControlRefusal.unknown("path \(request.path)")
        }
    }

    private func delivery(_ text: Substring) throws -> DeliveryID {
        guard let delivery = DeliveryID(text) else {
            throw ControlRefusal.unknown("delivery \(shown(String(text)))")
        }
        return delivery
    }

    /// Tells of each new delivery in whose place it goes.
    private func retry(_ delivery: DeliveryID) async throws -> JSONValue {
        let retries = try await store.replay(delivery, at: now)
        wake()
        var deliveries: [JSONValue] = []
        for retry in retries {
            guard let old = try await store.delivery(retry)?.replayOf else { continue }
            deliveries.append(["id": .string(retry.description), "retry_of": .string(old.description)])
        }
        return ["deliveries": .array(deliveries)]
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
