import HTTP
import HTTPClient
import RouterServer

extension RunningRouter {
    /// Reads a series from the metrics page, as in `events_total{event="click"}`; nil if it is not there.
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
    let start = "wecom_router_\(series) "
    let line = String(decoding: page.bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(start) }
    return line.flatMap { Int($0.dropFirst(start.count)) }
}
