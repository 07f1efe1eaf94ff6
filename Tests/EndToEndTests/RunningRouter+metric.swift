import HTTP
import HTTPClient
import RouterServer

extension RunningRouter {
    /// Sums up those series on the metrics page that have the labels, as in `events_total{event="click"}`; nil if there are none.
    func metric(_ series: String) async throws -> Int? {
        let client = CurlTransport()
        let value = try await valueOfMetric(series, at: managementPort, through: client)
        await client.close()
        return value
    }

    /// Returns when a series has come to so much.
    func metric(_ series: String, isAtLeast value: Int) async throws {
        while try await metric(series) ?? 0 < value { try Task.checkCancellation() }
    }
}

extension ProgrammingInterface {
    /// The same of a router whose `/v1` is asked.
    func metric(_ series: String) async throws -> Int? {
        try await valueOfMetric(series, at: port, through: client)
    }
}

private func valueOfMetric(_ series: String, at port: Int, through client: CurlTransport) async throws -> Int? {
    let page = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/metrics"), .init())
    let words = series.dropLast(series.last == "}" ? 1 : 0).split(separator: "{")
    let wanted = Set(words.dropFirst().flatMap { $0.split(separator: ",") })
    let values = String(decoding: page.bytes, as: UTF8.self).split(separator: "\n").compactMap { line -> Int? in
        let parts = line.split(separator: " ")
        let named = parts[0].dropLast(parts[0].last == "}" ? 1 : 0).split(separator: "{")
        guard named.first == "wecom_router_\(words[0])",
            wanted.isSubset(of: named.dropFirst().flatMap { $0.split(separator: ",") })
        else { return nil }
        return parts.last.flatMap { Int($0) }
    }
    return values.isEmpty ? nil : values.reduce(0, +)
}
