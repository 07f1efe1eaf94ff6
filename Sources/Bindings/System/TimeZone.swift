/// A place's offset from UTC, at any time, as the system's data has it.
package struct TimeZone: Sendable, Equatable {
    /// As in `Asia/Shanghai`.
    package let name: String
    private let data: ZoneData

    private init(name: String, _ data: ZoneData) {
        self.name = name
        self.data = data
    }

    /// The zone of that name; nil where the system has none. UTC and China need no data.
    package init?(named name: String) {
        if let known = [TimeZone.utc, .shanghai].first(where: { $0.name == name }) {
            self = known
        } else if let data = ZoneData(named: name) {
            self.init(name: name, data)
        } else {
            return nil
        }
    }

    package static let utc = TimeZone(name: "UTC", ZoneData(offset: 0))
    /// China has one time, and no summer time since 1991.
    package static let shanghai = TimeZone(name: "Asia/Shanghai", ZoneData(offset: 8 * 3600))

    /// The zone of this machine: that of `TZ`, else that of `/etc/localtime`, else UTC.
    package static let system: TimeZone = {
        if let name = Process.environment["TZ"]?.drop(while: { $0 == ":" }), !name.isEmpty {
            return TimeZone(named: String(name)) ?? .utc
        }
        guard let path = try? realPath("/etc/localtime"), let name = path.split(separator: "zoneinfo/").last,
            path.contains("zoneinfo/")  // short: a path of the system's
        else { return ZoneData(file: "/etc/localtime").map { TimeZone(name: unnamed, $0) } ?? .utc }
        return TimeZone(named: String(name)) ?? .utc
    }()

    /// The value of `TZ` for a program; nil for this machine's own, whose name nobody knows.
    package var variable: String? { name == TimeZone.unnamed ? nil : name }

    private static let unnamed = "local time"

    package func offset(at moment: Timestamp) -> Duration { .seconds(data.offset(at: moment.seconds)) }
}

extension Timestamp {
    /// As a clock there shows it: `2026-11-29 18:05`.
    package func minutes(in zone: TimeZone) -> String {
        let text = advanced(by: zone.offset(at: self)).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }
}
