internal import CLibPQ
package import System

/// The servers that a URL names, of which one is the primary.
package final class Servers: Sendable {
    /// One of them, as libpq has its parts.
    struct Host: Sendable {
        let name: String?
        let address: String?
        let port: String?

        /// For people.
        var description: String { "\(name ?? address ?? "its usual socket")\(port.map { ", port \($0)" } ?? "")" }
    }

    let hosts: [Host]
    /// The other parts of the URL, a password perhaps.
    private let others: [(String, String)]
    /// The highest timeline that any of them was seen on: one below it was primary once and does not know that it is not any more.
    private let timeline = Lock<UInt32>(0)
    private let way = Lock(Way())

    /// The way to the servers as it was last found.
    private struct Way {
        /// The difference between their clock and ours.
        var difference = Duration.zero
        var measuredAt: MonotonicTime?
        var isPooled = false
    }

    /// Two clocks drift apart by seconds within a day.
    private static let measuredEvery = Duration.seconds(30)

    /// Reads a URL or a connection string as libpq does.
    package init(_ url: String) throws(PostgresError) {
        var settings = try parse(url)
        if let attributes = settings.removeValue(forKey: "target_session_attrs") {
            guard ["any", "read-write", "primary"].contains(attributes) else {
                throw PostgresError(
                    .mistaken, message: "says target_session_attrs=\(attributes): only a primary can be written")
            }
        }
        func parts(_ key: String) -> [String?] {
            settings.removeValue(forKey: key)?.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.isEmpty ? nil : String($0)
            } ?? []
        }
        let (names, addresses, ports) = (parts("host"), parts("hostaddr"), parts("port"))
        let count = max(names.count, addresses.count, 1)
        hosts = (0..<count).map { index in
            func part(_ all: [String?]) -> String? { all.count == 1 ? all[0] : index < all.count ? all[index] : nil }
            return Host(name: part(names), address: part(addresses), port: part(ports))
        }
        // Where nothing is said, a silent peer is found out within four seconds.
        let defaults = [
            "tcp_user_timeout": "3000", "keepalives_idle": "2", "keepalives_interval": "1", "keepalives_count": "3",
            "gssencmode": "disable", "application_name": "wecom-router",
        ]
        settings.merge(defaults) { said, _ in said }
        settings["client_encoding"] = "UTF8"
        others = settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The servers' time at a moment of ours.
    package func time(at moment: Timestamp) -> Timestamp { moment.advanced(by: way.withLock { $0.difference }) }

    /// Our time at a moment of theirs.
    package func moment(of time: Timestamp) -> Timestamp { time.advanced(by: .zero - way.withLock { $0.difference }) }

    /// The lead of the callers' clock over theirs.
    package var lead: Duration { .zero - way.withLock { $0.difference } }

    /// Those that are reached over a network by a connection that does not make sure of who answers, by their names, and the `sslmode`
    /// that is to blame.
    package var unverified: (mode: String, names: [String]) {
        let environment = Process.environment
        let mode = others.last { $0.0 == "sslmode" }?.1 ?? environment["PGSSLMODE"] ?? "prefer"
        if mode == "verify-full" { return (mode, []) }
        let names = hosts.compactMap { $0.name ?? $0.address ?? environment["PGHOST"] }
        return (mode, names.filter { !$0.utf8.starts(with: "/".utf8) && !$0.utf8.starts(with: "@".utf8) })
    }

    /// True if something between us and the servers spoke for them when they were connected to last.
    package var isPooled: Bool { way.withLock { $0.isPooled } }

    func note(_ difference: Duration) {
        way.withLock { way in
            way.difference = difference
            way.measuredAt = .now
        }
    }

    func note(isPooled: Bool) { way.withLock { $0.isPooled = isPooled } }

    /// True for one of those who ask, once the clocks have not been compared for a while.
    func areClocksDue(at now: MonotonicTime = .now) -> Bool {
        way.withLock { way in
            if let measuredAt = way.measuredAt, now.since(measuredAt) < Servers.measuredEvery { return false }
            way.measuredAt = now
            return true
        }
    }

    /// False for a timeline below the highest that was seen.
    func admits(_ seen: UInt32) -> Bool {
        timeline.withLock { timeline in
            timeline = max(timeline, seen)
            return seen == timeline
        }
    }

    /// True for a timeline that another has followed since.
    func areBeyond(_ seen: UInt32) -> Bool { timeline.withLock { $0 > seen } }

    func settings(of host: Host) -> [(String, String)] {
        let place = [("host", host.name), ("hostaddr", host.address), ("port", host.port)]
        return others + place.compactMap { key, value in value.map { (key, $0) } }
    }
}

/// The parts of a URL. libpq's own complaint is not passed on: it may quote the password.
private func parse(_ url: String) throws(PostgresError) -> [String: String] {
    guard let first = unsafe PQconninfoParse(url, nil) else {
        throw PostgresError(.mistaken, message: "is no address of a database that libpq understands")
    }
    defer { unsafe PQconninfoFree(first) }
    var settings: [String: String] = [:]
    var option = unsafe first
    while let keyword = unsafe option.pointee.keyword {
        if let value = unsafe option.pointee.val { unsafe settings[String(cString: keyword)] = String(cString: value) }
        unsafe option += 1
    }
    return settings
}
