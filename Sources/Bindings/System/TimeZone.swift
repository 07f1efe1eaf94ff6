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

    /// The place within the name, as in `Shanghai`.
    package var place: String { String(name.split(separator: "/").last ?? "UTC") }

    package func offset(at moment: Timestamp) -> Duration { .seconds(data.offset(at: moment.seconds)) }
}

extension Timestamp {
    /// As a clock there shows it: `2026-11-29 18:05`.
    package func minutes(in zone: TimeZone) -> String { shown(in: zone, digitsOfTime: 5) }

    /// The same to the second: `2026-11-29 18:05:09`.
    package func wholeSeconds(in zone: TimeZone) -> String { shown(in: zone, digitsOfTime: 8) }

    private func shown(in zone: TimeZone, digitsOfTime digits: Int) -> String {
        let text = advanced(by: zone.offset(at: self)).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(digits))"
    }

    /// The day of the calendar that it is there, as in `2026-11-29`.
    package func day(in zone: TimeZone) -> String {
        String(advanced(by: zone.offset(at: self)).description.prefix(10))
    }

    /// The moment at which a clock there shows what one in UTC shows at `clock`. One that summer time leaves out is
    /// taken to be by the clock before.
    package init(whenClockShows clock: Timestamp, in zone: TimeZone) {
        let near = clock.advanced(by: .zero - zone.offset(at: clock))
        self = clock.advanced(by: .zero - zone.offset(at: near))
    }
}
